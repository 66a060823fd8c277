#!/usr/bin/python3
"""Logs of every app that is read, all of one walk: app_logs.py DIR

Writes for each format DIR/NAME/log.EXT, as the app does, with rows among its own that are no
sample of the phone's service; the samples that must come out of it as lomsong CSV,
DIR/NAME/truth.csv; and DIR/NAME/options, what else the importer must be told. Tables are there
once more as a spreadsheet or another machine leaves them, under NAME-HOW.

A row of the walk: t_ms, lat, lon, operator, tech, level (None: not known), and state, which is
in_service but where the format has a word for "no service".
"""
import csv
import io
import os
import re
import sqlite3
import struct
import sys
import time

T0_MS = 1758000000000  # 2025-09-16T05:20:00Z
DAY = "2025-09-16"
LAT, LON = 22.60, 106.10
UNKNOWN = 2147483647  # Android's word for no value
SQL_TYPES = {"geom": "BLOB", "Time": "INTEGER", "Serving Cell": "SMALLINT"}


def walk(techs, operators=("45204",), holes=False):
    """300 s northwards through the place, a row of each operator a second."""
    levels = {"GSM": -70, "WCDMA": -84, "LTE": -88, "NR_NSA": -90, "NR_SA": -95}
    rows = []
    for i in range(300):
        for k, operator in enumerate(operators):
            tech = techs[(i // 20 + k) % len(techs)]
            rows.append({"t_ms": T0_MS + 1000 * i, "lat": LAT - 0.00135 + i * 0.000009, "lon": LON,
                         "operator": operator, "tech": tech, "state": "in_service",
                         "level": levels[tech] - (i * 7 + k) % 19})
            if i % 50 == 30:
                rows[-1]["level"] = None
            if holes and i % 60 in range(40, 50):
                rows[-1].update(state="no_service", tech="", level=None)
    return rows


def utc(t_ms):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(t_ms // 1000)) + ".%03dZ" % (t_ms % 1000)


def local(t_ms):
    """As G-NetTrack: Viet Nam's time, without a zone."""
    return time.strftime("%Y.%m.%d_%H.%M.%S", time.gmtime(t_ms // 1000 + 7 * 3600))


def table(header, rows, delimiter=",", end="\n", last=""):
    """Rows are dicts by column name; what they do not name is empty."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=last + end)
    names = header.split(",")
    writer.writerow(names)
    for row in rows:
        unknown = set(row) - set(names)
        assert not unknown, unknown
        writer.writerow([row.get(name, "") for name in names])
    return out.getvalue()


def plain(value):
    return "" if value is None else value


# ---- The apps: rows of the walk in, a file's text or bytes out ----------------------------------

NS_COMMON = ("deviceTime,latitude,longitude,altitude,speed,accuracy,missionId,recordNumber,groupNumber,"
             "mcc,mnc,")
NS = {  # header behind the common part, column of the level, columns that name the cell
    "LTE": ("tac,eci,earfcn,pci,rsrp,rsrq,ta,servingCell,lteBandwidth,provider,signalStrength,cqi,slot,snr,"
            "deviceSerialNumber,locationAge", "rsrp", {"tac": 24101, "eci": 12345678, "earfcn": 1500}),
    "NR_SA": ("tac,nci,narfcn,pci,ssRsrp,ssRsrq,ssSinr,csiRsrp,csiRsrq,csiSinr,ta,servingCell,provider,slot,"
              "deviceSerialNumber", "ssRsrp", {"tac": 24101, "nci": 5678901234, "narfcn": 630000}),
    "WCDMA": ("lac,cid,uarfcn,psc,rscp,ecno,signalStrength,servingCell,provider,slot,deviceSerialNumber",
              "rscp", {"lac": 501, "cid": 77, "uarfcn": 10612}),
    "GSM": ("lac,ci,arfcn,bsic,signalStrength,ta,servingCell,provider,slot,deviceSerialNumber",
            "signalStrength", {"lac": 501, "ci": 77, "arfcn": 62}),
}


def network_survey(rows):
    header, level, cell = NS[rows[0]["tech"]]
    out = []
    for i, row in enumerate(rows):
        # the accuracy is known to 68 %: 20 m are 32 m of 95 %, 40 m are 64 m
        one = {"deviceTime": utc(row["t_ms"]), "latitude": "%.6f" % row["lat"], "recordNumber": i,
               "longitude": "%.6f" % row["lon"], "accuracy": 20, "mcc": row["operator"][:3],
               "mnc": int(row["operator"][3:]), level: UNKNOWN if row["level"] is None else row["level"],
               "servingCell": "true", "slot": int(row["operator"] == "45201"), **cell}
        out.append(one)
        if i % 10 == 0:  # a neighbour has no operator, or that of its network
            out.append({**one, "servingCell": "false", level: -60, **({"mcc": "", "mnc": ""} if i % 20 else {})})
        if i % 40 == 5:
            out.append({**one, "accuracy": 40, level: -60})
        if i % 40 == 15 and "locationAge" in header:
            out.append({**one, "locationAge": 5001, level: -60})
        if i % 40 == 25:
            out.append({**one, "latitude": "0.0", "longitude": "0.0", level: -60})
    return "# Network Survey\n" + table(NS_COMMON + header, out)


def network_survey_gpkg(rows, path):
    columns = {"LTE": ("LTE_MESSAGE", {"TAC": 24101, "ECI": 12345678, "DL_EARFCN": 1500}, "RSRP"),
               "NR_SA": ("NR_MESSAGE", {"TAC": 24101, "NCI": 5678901234, "NRARFCN": 630000}, "SS_RSRP"),
               "WCDMA": ("UMTS_MESSAGE", {"LAC": 501, "Cell ID": 77, "UARFCN": 10612}, "RSCP"),
               "GSM": ("GSM_MESSAGE", {"LAC": 501, "CID": 77, "ARFCN": 62}, "Signal Strength")}
    db = sqlite3.connect(path)
    for name, cell, level in columns.values():
        names = ["geom", "Time", "Serving Cell", "MCC", "MNC", *cell, level]
        db.execute("CREATE TABLE %s (id INTEGER PRIMARY KEY, %s)" % (name, ", ".join(
            '"%s" %s' % (column, SQL_TYPES.get(column, "INTEGER")) for column in names)))
    for i, row in enumerate(rows):
        name, cell, level = columns[row["tech"]]
        point = b"GP\0\1" + struct.pack("<i", 4326) + struct.pack("<bIdd", 1, 1, row["lon"], row["lat"])
        values = [point, row["t_ms"], 1, int(row["operator"][:3]), int(row["operator"][3:]), *cell.values(),
                  row["level"]]
        insert = "INSERT INTO %s VALUES (NULL, %s)" % (name, ", ".join("?" * len(values)))
        db.execute(insert, values)
        if i % 10 == 0:
            db.execute(insert, values[:2] + [0, None, None] + values[5:-1] + [-60])
    db.commit()
    db.close()


def tower_collector(rows):
    header = ("mcc,mnc,lac,cell_id,short_cell_id,rnc,psc,asu,dbm,ta,lat,lon,accuracy,speed,bearing,altitude,"
              "measured_at,net_type,neighboring,discovered_at,device,rsrp,rsrq,rssi,rssnr,cqi,rscp,csi_rsrp,"
              "csi_rsrq,csi_sinr,ss_rsrp,ss_rsrq,ss_sinr,cdma_dbm,cdma_ecio,evdo_dbm,evdo_ecio,evdo_snr,ec_no,"
              "arfcn")
    own = {"LTE": "rsrp", "NR_SA": "ss_rsrp", "WCDMA": "rscp", "GSM": "dbm"}
    net = {"LTE": "LTE", "NR_SA": "NR", "WCDMA": "UMTS", "GSM": "GSM"}
    out = []
    for i, row in enumerate(rows):
        one = {"mcc": row["operator"][:3], "mnc": int(row["operator"][3:]), "lac": 24101, "cell_id": 12345678,
               "lat": "%.6f" % row["lat"], "lon": "%.6f" % row["lon"], "accuracy": 4.2,
               "measured_at": utc(row["t_ms"]), "net_type": net[row["tech"]], "neighboring": "false",
               "device": "A, B", own[row["tech"]]: plain(row["level"])}
        if row["level"] is not None and row["tech"] in ("LTE", "NR_SA"):
            one["dbm"] = row["level"]
        out.append(one)
        if i % 10 == 0:
            out.append({**one, "mcc": "", "mnc": "", "neighboring": "true", own[row["tech"]]: -60})
        if i % 40 == 5:
            out.append(one)  # twice the same row is once
    return table(header, out, end="\r\n")


def cellmapper(rows):
    kinds = {"LTE": ("LTE", "LTE-A"), "NR_SA": ("NR", "NR SA"), "WCDMA": ("UMTS", "HSPA"),
             "GSM": ("GSM", "EDGE")}
    return table("latitude,longitude,altitude,MCC,MNC,LAC,CID,signal,type,subtype,ARFCN,PSC", [
        {"latitude": "%.6f" % row["lat"], "longitude": "%.6f" % row["lon"], "altitude": 210 + i,
         "MCC": row["operator"][:3], "MNC": int(row["operator"][3:]), "LAC": 24101, "CID": 12345678,
         "signal": plain(row["level"]), "type": kinds[row["tech"]][0], "subtype": kinds[row["tech"]][1],
         "ARFCN": 1500, "PSC": 211} for i, row in enumerate(rows)])


def rtr(rows):
    header = ("open_uuid,open_test_uuid,time_utc,cat_technology,network_type,lat,long,loc_src,loc_accuracy,"
              "zip_code,gkz,country_location,download_kbit,upload_kbit,ping_ms,lte_rsrp,lte_rsrq,server_name,"
              "test_duration,num_threads,platform,model,client_version,network_mcc_mnc,network_name,"
              "sim_mcc_mnc,nat_type,asn,ip_anonym,implausible,signal_strength")
    kinds = {"LTE": ("4G", "LTE"), "NR_SA": ("5G (SA)", "NR SA"), "NR_NSA": ("5G", "NR NSA"),
             "WCDMA": ("3G", "HSPA+"), "GSM": ("2G", "EDGE")}
    out = []
    for i, row in enumerate(rows):
        cat, kind = kinds[row["tech"]]
        level = {"LTE": "lte_rsrp", "NR_NSA": "lte_rsrp", "GSM": "signal_strength"}.get(row["tech"])
        one = {"open_test_uuid": "O%d" % i, "time_utc": utc(row["t_ms"])[:-5].replace("T", " "),
               "cat_technology": cat, "network_type": kind, "lat": "%.6f" % row["lat"],
               "long": "%.6f" % row["lon"], "loc_src": "gps", "loc_accuracy": 8, "download_kbit": 45000 + i,
               "upload_kbit": 12000, "ping_ms": 23.5, "implausible": "FALSE",
               "network_mcc_mnc": row["operator"][:3] + "-" + row["operator"][3:]}
        if level:
            one[level] = plain(row["level"])
        out.append(one)
        if i % 10 == 0:
            out.append({**one, "cat_technology": "WLAN", "network_type": "WLAN", "network_mcc_mnc": ""})
        if i % 40 == 5:
            out.append({**one, "implausible": "TRUE"})
        if i % 40 == 15:  # a signal test alone: no transfer
            out[-1].update(download_kbit="", upload_kbit="", ping_ms="")
    return table(header, out)


GT_TECH = {"LTE": "4G", "WCDMA": "3G", "GSM": "2G", "NR_SA": "5G"}


def gnettrack_row(row):
    if row["state"] == "no_service":
        radio = {"Operatorname": "NO_COVERAGE", "NetworkTech": "--", "Level": -200}
    else:
        radio = {"Operatorname": "Viettel", "Operator": row["operator"], "NetworkTech": GT_TECH[row["tech"]],
                 "Level": "-" if row["level"] is None else row["level"], "Node": 48225, "CellID": 78,
                 "LAC": 24101, "ARFCN": 1500, "PSC": 211}
    return {"Timestamp": local(row["t_ms"]), "Longitude": "%.6f" % row["lon"], "Latitude": "%.6f" % row["lat"],
            "Qual": "-", "SNR": "-", "CQI": "-", "LTERSSI": "-", "Altitude": 210, "Distance": -1, **radio}


def gnettrack(rows):
    header = ("Timestamp,Longitude,Latitude,Operatorname,Operator,Cellname,Node,CellID,LAC,NetworkTech,Level,"
              "Qual,SNR,CQI,LTERSSI,ARFCN,PSC,Altitude,Distance,TA,BAND")
    return table(header, [gnettrack_row(row) for row in rows], delimiter="\t", last="\t")


def gnettrack_kml(rows):
    places = []
    for i, row in enumerate(rows):
        values = gnettrack_row(row)
        point = "<Point><coordinates>%s,%s,210</coordinates></Point>" % (
            values.pop("Longitude"), values.pop("Latitude"))
        text = "".join("<Data name=\"%s\"><value>%s</value></Data>" % item for item in values.items())
        places.append("<Placemark>%s</Placemark>" % (
            "<ExtendedData>%s</ExtendedData>%s" % (text, point) if i % 2 else
            "%s<description><![CDATA[%s]]></description>" % (
                point, "<br>".join("%s: %s" % item for item in values.items()))))
        if i % 50 == 0:
            places.append("<Placemark><name>mark</name>%s</Placemark>" % point)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n'
            + "\n".join(places) + "\n</Document></kml>\n")


def gnettrack_dataset(rows):
    header = ("Timestamp,Longitude,Latitude,Speed,Operatorname,CellID,NetworkMode,RSRP,RSRQ,SNR,CQI,RSSI,"
              "DL_bitrate,UL_bitrate,State,PINGAVG,PINGMIN,PINGMAX,PINGSTDEV,PINGLOSS,CELLHEX,NODEHEX,LACHEX,"
              "RAWCELLID,NRxRSRP,NRxRSRQ")
    modes = {"LTE": "LTE", "NR_NSA": "5G", "WCDMA": "HSPA+", "GSM": "EDGE"}
    out = []
    for row in rows:
        blank = "-" if row["tech"] == "LTE" else -205 if row["tech"] == "WCDMA" else UNKNOWN
        one = {"Timestamp": local(row["t_ms"]), "Longitude": "%.6f" % row["lon"],
               "Latitude": "%.6f" % row["lat"], "Speed": 4, "Operatorname": "B", "CellID": 1,
               "NetworkMode": modes[row["tech"]], "RSRP": blank if row["level"] is None else row["level"],
               "RSRQ": -7, "SNR": "9.0", "CQI": 7, "RSSI": -72, "DL_bitrate": 36, "UL_bitrate": 6, "State": "D",
               "CELLHEX": "1", "NODEHEX": "53E42", "LACHEX": "9CBA", "RAWCELLID": 87966209,
               "NRxRSRP": "-95.0", "NRxRSRQ": "-16.0"}
        for name in "PINGAVG,PINGMIN,PINGMAX,PINGSTDEV,PINGLOSS".split(","):
            one[name] = "-"
        out.append(one)
    return table(header, out)


def logcat(rows):
    """A log of one's own, with its own names and a time in seconds, for --map."""
    return table("when,y,x,net,rat,sig", [
        {"when": "%.3f" % (row["t_ms"] / 1000), "y": "%.6f" % row["lat"], "x": "%.6f" % row["lon"],
         "net": row["operator"], "rat": row["tech"], "sig": plain(row["level"])} for row in rows], delimiter=";")


def levels_alone(rows):
    return table("t_utc,mccmnc,tech,level_dbm", [
        {"t_utc": utc(row["t_ms"]), "mccmnc": row["operator"], "tech": row["tech"],
         "level_dbm": plain(row["level"])} for row in rows])


def gpx(rows):
    return "<gpx><trk><trkseg>%s</trkseg></trk></gpx>\n" % "".join(
        '<trkpt lat="%.6f" lon="%.6f"><time>%s</time></trkpt>' % (row["lat"], row["lon"], utc(row["t_ms"]))
        for row in rows)


def nmea(rows):
    lines = ["# a receiver's log"]
    for row in rows:
        angles = [int(abs(v)) * 100 + abs(v) % 1 * 60 for v in (row["lat"], row["lon"])]
        when = time.gmtime(row["t_ms"] // 1000)
        body = "GPRMC,%s.%02d,A,%011.6f,N,%012.6f,E,2.0,0.0,%s,,,A" % (
            time.strftime("%H%M%S", when), row["t_ms"] % 1000 // 10, *angles, time.strftime("%d%m%y", when))
        total = 0
        for byte in body.encode():
            total ^= byte
        lines.append("$%s*%02X" % (body, total))
    return "\r\n".join(lines) + "\r\n"


# ---- What must come out -------------------------------------------------------------------------

LEVEL_COLUMNS = {"LTE": "rsrp_dbm", "NR_NSA": "rsrp_dbm", "NR_SA": "ss_rsrp_dbm", "WCDMA": "rscp_dbm",
                 "GSM": "rxlev_dbm", "": "rsrp_dbm"}


def truth(rows):
    header = "t_utc_ms,lat_deg,lon_deg,mccmnc,state,tech,rsrp_dbm,ss_rsrp_dbm,rscp_dbm,rxlev_dbm"
    return table(header, [
        {"t_utc_ms": row["t_ms"], "lat_deg": "%.6f" % row["lat"], "lon_deg": "%.6f" % row["lon"],
         "mccmnc": row["operator"], "state": row["state"], "tech": row["tech"],
         LEVEL_COLUMNS[row["tech"]]: plain(row["level"]), **row.get("besides", {})} for row in rows])


def without(rows, *techs):
    """Technologies whose level the format does not tell."""
    return [{**row, "level": None} if row["tech"] in techs else row for row in rows]


def at_noon(rows):
    noon_ms = (T0_MS // 86400000 * 24 + 12 - 7) * 3600000
    return [{**row, "t_ms": noon_ms} for row in rows]


def with_nr(rows):
    """The dataset's NR level stands beside the anchor's."""
    return [{**row, "besides": {"ss_rsrp_dbm": -95}} if row["tech"] == "NR_NSA" else row for row in rows]


def heard(rows):
    """Where nothing tells the state, a row without a level proves nothing."""
    return [row for row in rows if row["level"] is not None]


# ---- Tables after other hands -------------------------------------------------------------------

def split_table(text):
    """Comments, delimiter and rows of a table."""
    comments = re.match("(#[^\n]*\n)*", text).group()
    first = text[len(comments):].split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    return comments, delimiter, list(csv.reader(io.StringIO(text[len(comments):]), delimiter=delimiter))


def join_table(comments, delimiter, rows, **how):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, **{"lineterminator": "\n", **how}).writerows(rows)
    return (comments + out.getvalue()).encode()


def shuffled(text):
    """Columns in another order, and two more."""
    comments, delimiter, rows = split_table(text)
    order = sorted(range(len(rows[0])), key=lambda i: (i * 7 + 3) % 11)
    return join_table(comments, delimiter, [["more"] + [row[i] for i in order] + ["and more"] for row in rows])


def european(text):
    """Saved by a spreadsheet that writes 22,6 for 22.6: UTF-8 with its mark."""
    comments, _, rows = split_table(text)
    number = re.compile(r"-?\d+\.\d+")
    rows = [[field.replace(".", ",") if number.fullmatch(field) else field for field in row] for row in rows]
    return b"\xef\xbb\xbf" + join_table(comments, ";", rows, lineterminator="\r\n")


def quoted(text):
    comments, delimiter, rows = split_table(text)
    return join_table(comments, delimiter if delimiter != "\t" else ",", rows, quoting=csv.QUOTE_ALL,
                      lineterminator="\r")


def wide(text):
    return text.encode("utf-16")


VARIATIONS = {"shuffled": shuffled, "european": european, "quoted": quoted, "wide": wide}

BOTH = ("45204", "45201")
PHONE = ("LTE", "WCDMA", "GSM", "NR_SA")
MAP = "--map=t_utc=when,lat_deg=y,lon_deg=x,mccmnc=net,tech=rat,level_dbm=sig"

# name: extension, writer, rows, what must come out of them, options
APPS = {
    "network-survey-lte": ("csv", network_survey, walk(["LTE"], BOTH), None, []),
    "network-survey-nr": ("csv", network_survey, walk(["NR_SA"]), None, []),
    "network-survey-umts": ("csv", network_survey, walk(["WCDMA"]), None, []),
    "network-survey-gsm": ("csv", network_survey, walk(["GSM"]), None, []),
    "tower-collector": ("csv", tower_collector, walk(PHONE, BOTH), None, []),
    "cellmapper": ("csv", cellmapper, walk(PHONE, BOTH), at_noon, ["--date", DAY]),
    "rtr": ("csv", rtr, walk(PHONE + ("NR_NSA",)), lambda rows: without(rows, "WCDMA", "NR_SA"), []),
    "gnettrack": ("txt", gnettrack, walk(PHONE, holes=True), None, []),
    "gnettrack-dataset": ("csv", gnettrack_dataset, walk(("LTE", "NR_NSA", "WCDMA", "GSM")), with_nr,
                          ["--mccmnc", "45204"]),
    "gnettrack-kml": ("kml", gnettrack_kml, walk(PHONE, holes=True), None, []),
    "map": ("csv", logcat, walk(PHONE, BOTH), heard, [MAP]),
}


def put(folder, name, extension, data, rows, options):
    here = os.path.join(folder, name)
    os.makedirs(here)
    for file, content in (("log." + extension, data), ("truth.csv", truth(rows)),
                          ("options", "".join(option + "\n" for option in options))):
        with open(os.path.join(here, file), "wb") as out:
            out.write(content if isinstance(content, bytes) else content.encode())


def put_tracked(folder, name, extension, write):
    rows = walk(PHONE, BOTH)
    put(folder, name, "csv", levels_alone(rows), heard(rows), ["--track", "track." + extension])
    with open(os.path.join(folder, name, "track." + extension), "w", encoding="ascii", newline="") as out:
        out.write(write(rows[::len(BOTH)]))


def main(folder):
    for name, (extension, write, rows, become, options) in APPS.items():
        text = write(rows)
        expected = become(rows) if become else rows
        put(folder, name, extension, text, expected, options)
        for how, change in VARIATIONS.items() if extension != "kml" else ():
            put(folder, name + "-" + how, extension, change(text), expected, options)
    rows = walk(PHONE, BOTH)
    put(folder, "network-survey-gpkg", "gpkg", b"", rows, [])
    network_survey_gpkg(rows, os.path.join(folder, "network-survey-gpkg", "log.gpkg"))
    put_tracked(folder, "track-gpx", "gpx", gpx)
    put_tracked(folder, "track-nmea", "nmea", nmea)


if __name__ == "__main__":
    main(*sys.argv[1:])
