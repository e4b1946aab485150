"""Files in a folder, over SFTP or S3, as systems of record: read in batches, written in batches."""
