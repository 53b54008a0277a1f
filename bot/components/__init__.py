"""Our own parts of Rasa's graph: classifier, language, screener and the policy that lets the screen win."""
