"""What lies in a model folder: facts only, read without trusting a byte of it. The audits pass judgement."""
