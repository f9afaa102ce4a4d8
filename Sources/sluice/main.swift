// The command line is put together here.
print("sluice")
