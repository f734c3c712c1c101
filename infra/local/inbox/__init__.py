"""The local mail inbox: takes mail by SMTP, keeps it in a directory, shows it on a page. It delivers nothing."""
