"""Line items, grades as events and the journal that is their fold; rubrics, marking, results, retakes, appeals."""
