"""Kill movierec at random moments and see whether anything is lost: python -m tests.faults --rounds 1000"""
