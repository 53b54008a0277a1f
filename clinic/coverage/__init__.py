"""Who is insured on which policy, and whether the policy gives them the digital doctor."""
