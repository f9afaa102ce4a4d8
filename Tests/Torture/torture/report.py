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
        if trial.verdict:
            print(f"{trial.name}: {trial.verdict}")
        if trial.skipped:
            print(f"SKIPPED {trial.name}: {trial.skipped}")
    for trial in trials:
        for fault in trial.faults:
            print(f"FAILED {trial.name}: {fault}")
    skipped = ", ".join(trial.name for trial in trials if trial.skipped)
    print("\n" + _verdict(any(trial.faults for trial in trials), skipped))


def _verdict(is_faulty, skipped):
    if is_faulty:
        return "FAILED"
    return f"everything holds that was tried; skipped: {skipped}" if skipped else "everything holds"
