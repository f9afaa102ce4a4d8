"""The table in the end."""


def show(outcomes):
    rows = [dict(outcome.counts, kills=outcome.kills, seconds=f"{outcome.seconds:.1f}", MiB=outcome.peak_mib)
            for outcome in outcomes]
    print()
    if not rows:
        return
    width = max(len(name) for name in rows[0])
    print(" " * width, *(f"{outcome.name:>12}" for outcome in outcomes))
    for name in rows[0]:
        print(f"{name:{width}}", *(f"{row[name]:>12}" for row in rows))
    for outcome in outcomes:
        for fault in outcome.faults:
            print(f"\n{outcome.name}: {fault}")
    print("\n" + ("everything holds" if not any(outcome.faults for outcome in outcomes) else "FAILED"))
