"""What was measured, kept line by line: a long run that was cut off goes on where it was."""

import json
import pathlib
import statistics


class Results:
    """Values by key, in a file that only grows."""

    def __init__(self, path, header):
        self.path = pathlib.Path(path)
        header = json.loads(json.dumps(header))
        lines = list(whole_lines(self.path))
        self.resumed = bool(lines) and lines[0].get("header") == header
        if not self.resumed:
            if lines:
                self.path.rename(self.path.with_suffix(".previous.jsonl"))
            lines = [{"header": header}]
        self.values = {line["key"]: line["value"] for line in lines[1:]}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Without what was being written when the last run was cut off.
        self.path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")

    def once(self, key, measure):
        """The value of a key, measured where it is not known yet."""
        if key not in self.values:
            value = measure()
            with open(self.path, "a", encoding="utf-8") as file:
                file.write(json.dumps({"key": key, "value": value}) + "\n")
            self.values[key] = value
        return self.values[key]

    def known(self, key):
        return self.values.get(key)


def header_of(path):
    """What the results in a file are of, or nothing."""
    return next((line.get("header") for line in whole_lines(pathlib.Path(path))), None)


def whole_lines(path):
    """The lines of a file that are JSON; none where there is no file."""
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            continue


def median(values):
    return statistics.median(values)


def ratio_of_runs(works, limits):
    """The median of the ratios, each within one run."""
    return median([work / limit for work, limit in zip(works, limits, strict=True)])
