"""Holds what the device counted against what the office judged, to the last digit.

field_check.py DEVICE.json OUTDIR: the output of "lomsong-collect plan --json", and that of
"lomsong-analyze publish" with the same trips. Prints how much was compared."""
import csv
import json
import sys


def table(directory, name):
    with open(f"{directory}/{name}", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def share(value):
    return "" if value is None else f"{value:.6f}"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        hamlets = json.load(file)["hamlet_list"]
    verdicts = {row["hamlet_code"]: row["verdict"] for row in table(sys.argv[2], "hamlets.csv")}
    rows = {(row["area_code"], row["mccmnc"]): row for row in table(sys.argv[2], "areas.csv")}
    faults, compared, samples = [], 0, 0
    for hamlet in hamlets:
        code = hamlet["hamlet_code"]
        if hamlet["verdict"] != verdicts[code]:
            faults.append(f"{code}: verdict {hamlet['verdict']}, office {verdicts[code]}")
        for area in hamlet["areas"]:
            for operator in area["operators"]:
                row = rows[area["area_code"], operator["mccmnc"]]
                compared += 1
                samples += operator["samples"]
                device = {key: str(operator[key]) for key in ("result", "bins", "visits", "samples")}
                for key in ("availability", "availability_low", "availability_high", "effective_n"):
                    device[key] = share(operator[key])
                device["bins_total"] = str(area["bins_total"])
                for key, value in device.items():
                    if value != row[key]:
                        faults.append(f"{area['area_code']} {operator['mccmnc']}: {key} "
                                      f"{value}, office {row[key]}")
    print("\n".join(faults) or f"{compared} compared, {samples} samples, none differs")
    return bool(faults) or compared == 0


sys.exit(main())
