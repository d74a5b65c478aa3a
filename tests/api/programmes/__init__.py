"""Tests of the programmes, their approval and the closures of specialities."""
