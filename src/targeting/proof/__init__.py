"""What a published list is worth and what it hangs on: held against truth, judged again under other rules."""
