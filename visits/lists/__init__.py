"""The checklists as managers make them: drafts, preview, publish, retire."""
