"""The table in the end."""


def show(trials):
    names = []
    for trial in trials:
        names += [name for name in trial.counts if name not in names]
    width = max((len(name) for name in names), default=0)
    print()
    print(" " * width, *(f"{trial.name:>12}" for trial in trials))
    for name in names:
        print(f"{name:{width}}", *(f"{trial.counts.get(name, ''):>12}" for trial in trials))
    for trial in trials:
        for line in [getattr(trial, "verdict", None), getattr(trial, "skipped", None)]:
            if line:
                print(f"{trial.name}: {line}")
    for trial in trials:
        for fault in trial.faults:
            print(f"FAILED {trial.name}: {fault}")
    print("\n" + ("everything holds" if not any(trial.faults for trial in trials) else "FAILED"))
