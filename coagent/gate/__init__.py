"""What a pull request does to cost, quality, latency and throughput, by the company's own traffic."""
