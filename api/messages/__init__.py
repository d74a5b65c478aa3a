"""Words of problems and of mails, in Kyrgyz, Russian and English."""
