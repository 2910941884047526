"""The designer's pages and its canvas's requests; drawing from workbooks, rehearsing, the urgent road."""
