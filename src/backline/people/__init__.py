"""Who there is: parties, identifiers, mandates, staff, teams, skills, sign-in."""
