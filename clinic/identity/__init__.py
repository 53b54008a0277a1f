"""Who the patient is: national numbers, persons, and logging in with BankID."""
