"""The demo's story; scripts/demo calls it after set-up and build. Standard library only."""

import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request

from demo_programs import OWN_FOLDER, TOP, Folder, Process, Waiting

BIN = pathlib.Path(os.environ.get("KGW_BIN_DIR", TOP / "build" / "bin")).resolve()
HAPI = TOP / ".cache" / "hapi-server" / "hapi-server-1.jar"
PATIENTS = 6
KILL_AFTER = 30  # answers


def say(text):
    print(f"\n\033[1m== {text}\033[0m" if sys.stdout.isatty() else f"\n== {text}", flush=True)


class Demo:
    """One run. With `gateway_only` the far side is demo_receiver.py instead of a FHIR server."""

    def __init__(self, out, gateway_only=False):
        self.out = out
        self.gateway_only = gateway_only
        self.gateway = None
        self.far_side = None
        self.grpc = None
        self.http = None
        self.fhir = None

    # -- programs ------------------------------------------------------------------------------

    def start_far_side(self):
        if self.gateway_only:
            say("A receiver of the demo's own instead of a FHIR server (--gateway-only)")
            command = ["/usr/bin/python3", str(TOP / "scripts/demo_receiver.py")]
            waiting = Waiting("the receiver starts", "1 s")
        else:
            say("A FHIR server that nobody here wrote: HAPI FHIR")
            command = [str(TOP / "tests/support/hapi-server/run.sh"), "0"]
            waiting = Waiting("HAPI FHIR starts", "15 s")
        self.far_side = Process(command, self.out / "fhir-server.log", r"READY (http://\S+)", waiting)
        self.fhir = self.far_side.ready.group(1)
        if self.gateway_only:
            print(f"The receiver serves {self.fhir}. It keeps what it gets and gives it back; it judges\n"
                  "nothing. Left out: whether a FHIR server takes these resources, and finds them by its own\n"
                  "rules. scripts/demo without --gateway-only shows that.")
        else:
            print(f"HAPI FHIR serves {self.fhir}")

    def start_gateway(self):
        began = time.monotonic()
        self.gateway = Process(
            [str(BIN / "kap-gateway"), "--config", str(TOP / "deploy/config/demo.yaml"),
             "--set", f"store.path={self.out / 'demo.db'}",
             "--set", f"destinations[0].url={self.fhir}",
             "--set", f"grpc.listen={self.grpc or '127.0.0.1:0'}",
             "--set", f"http.listen={self.http or '127.0.0.1:0'}"],
            self.out / "gateway.log", r"READY grpc=(\S+) http=(\S+)",
            Waiting("the gateway starts", "1 s"))
        self.grpc, self.http = self.gateway.ready.groups()
        print(f"gateway serves gRPC on {self.grpc} and HTTP on {self.http} "
              f"({(time.monotonic() - began) * 1000:.0f} ms)")

    def kapctl(self, *arguments, check=True):
        """Runs kapctl for a person to see."""
        print(f"$ kapctl {' '.join(arguments)}", flush=True)
        code = subprocess.run([str(BIN / "kapctl"), "--server", self.grpc, *arguments],
                              cwd=self.out).returncode
        if check and code != 0:
            raise SystemExit(f"demo: kapctl {arguments[0]} ended with {code}")
        return code

    def ask(self, *arguments):
        """Runs kapctl --json and answers its lines."""
        done = subprocess.run([str(BIN / "kapctl"), "--server", self.grpc, "--json", *arguments],
                              cwd=self.out, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode not in (0, 1):
            raise SystemExit(f"demo: kapctl {arguments[0]}: {done.stderr.decode().strip()}")
        return [json.loads(line) for line in done.stdout.splitlines() if line.strip()]

    def read_fhir(self, path):
        request = urllib.request.Request(f"{self.fhir}/{path}",
                                         headers={"Cache-Control": "no-cache",
                                                  "Accept": "application/fhir+json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def search(self, path):
        """Every match of a search, over all its pages."""
        bundle = self.read_fhir(path)
        while bundle:
            for entry in bundle.get("entry", []):
                yield entry["resource"]
            following = [link["url"] for link in bundle.get("link", [])
                         if link["relation"] == "next"]
            bundle = self.read_fhir(following[0][len(self.fhir) + 1:]) if following else None

    # -- the story -------------------------------------------------------------------------------

    def submit_and_kill(self, records):
        """Sends everything; after some answers the gateway is killed as a power cut would."""
        print(f"$ kapctl submit --resume sent.txt {records.name}", flush=True)
        sending = subprocess.Popen(
            [str(BIN / "kapctl"), "--server", self.grpc, "--json", "submit", "--in-flight", "16",
             "--resume", "sent.txt", records.name],
            cwd=self.out, stdout=subprocess.PIPE)
        answered = 0
        for _ in sending.stdout:
            answered += 1
            if answered == KILL_AFTER:
                self.gateway.stop(signal.SIGKILL)
                break
        sending.stdout.read()
        code = sending.wait()
        print(f"killed the gateway with kill -9 after {answered} answers; "
              f"kapctl ended with {code} (3: unreachable, safe to retry)")
        self.start_gateway()
        self.kapctl("submit", "--resume", "sent.txt", records.name)

    def wait_for_deliveries(self):
        waiting = Waiting("delivering", "10 s")
        total = self.ask("ledger")[0]["deliveries"]["created"]
        while time.monotonic() - waiting.began < 180:
            hospital = self.ask("destinations")[0]
            still = hospital["pending"] + hospital["in_flight"] + hospital["held"]
            if still == 0:
                print(f"{total} deliveries ended after {waiting.done():.1f} s")
                return
            waiting.tick(f"{total - still} of {total} ended")
            time.sleep(0.25)
        waiting.done()
        self.kapctl("deliveries", "--state", "held", check=False)
        raise SystemExit("demo: deliveries did not end within three minutes")

    def tell_story(self):
        """One patient's course, as the far side has it."""
        mrn = urllib.parse.quote("https://clinic.example.org/mrn|MRN-0001")
        patient = next(self.search(f"Patient?identifier={mrn}"))
        name = patient["name"][0]
        print(f"{' '.join(name['given'])} {name['family']}, {patient['gender']}, "
              f"born {patient['birthDate']}  ({self.fhir}/Patient/{patient['id']})\n")
        story = []
        subject = f"patient={patient['id']}&_count=100"
        for encounter in self.search(f"Encounter?{subject}"):
            phases = [e for e in encounter.get("extension", []) if e["url"].endswith("kap-phase")]
            story.append((encounter["period"]["start"],
                          f"{encounter['type'][0].get('text') or encounter['type'][0]['coding'][0].get('display')}"
                          + (f" with {len(phases)} phases" if phases else "")))
        for given in self.search(f"MedicationAdministration?{subject}"):
            when = given.get("effectivePeriod", {}).get("start") or given.get("effectiveDateTime")
            dose = given.get("dosage", {}).get("dose", {})
            story.append((when, f"  dose {dose.get('value')} {dose.get('unit')}: "
                                f"{given.get('dosage', {}).get('text', '')}"))
        for code, what in (("44261-6", "PHQ-9"), ("70274-6", "GAD-7"), ("85354-9", "blood pressure")):
            for seen in self.search(f"Observation?code=http://loinc.org|{code}&{subject}"):
                if "component" in seen:
                    value = "/".join(str(c["valueQuantity"]["value"]) for c in seen["component"])
                else:
                    value = seen.get("valueQuantity", {}).get("value")
                band = seen.get("interpretation", [{}])[0].get("text", "")
                story.append((seen["effectiveDateTime"], f"  {what} {value} {band}".rstrip()))
        for when, line in sorted(story):
            print(f"  {when[:16].replace('T', ' ')}  {line}")

    def show_bad_record(self, records):
        """A record with a wrong score, and its answer."""
        for line in records.read_text().splitlines():
            record = json.loads(line)
            if "screening" in record:
                break
        record["id"] = "SCR-BAD"
        record["screening"]["questionnaires"][0]["items"][3]["score"] = 7
        (self.out / "bad.json").write_text(json.dumps(record))
        code = self.kapctl("submit", "bad.json", check=False)
        if code != 1:
            raise SystemExit("demo: the bad record was not refused")

    def check_far_side(self, records):
        """Everything is there, once."""
        entries = {}
        for delivery in self.ask("deliveries", "--limit", "1000000"):
            for entry in delivery.get("entries", []):
                entries[entry["resource"]] = entry["remote"]
        by_type = {}
        for remote in entries.values():
            by_type[remote.split("/")[0]] = by_type.get(remote.split("/")[0], 0) + 1
        wrong = 0
        for name, count in sorted(by_type.items()):
            there = self.read_fhir(f"{name}?_summary=count")["total"]
            wrong += there != count
            print(f"  {name:26} sent {count:5}   there {there:5}{'' if there == count else '  !!'}")
        if wrong or len(set(entries.values())) != len(entries):
            raise SystemExit("demo: the far side does not hold each resource exactly once")
        return len(entries)

    def run(self):
        self.start_far_side()
        say(f"A made-up clinic: {PATIENTS} patients, each with a screening, three sessions, outcomes")
        subprocess.run([str(BIN / "kapctl"), "synth", "--seed", "7", "--courses", str(PATIENTS),
                        "--out", "."], cwd=self.out, check=True)
        records = self.out / "records.jsonl"
        say("The gateway, on its embedded store")
        self.start_gateway()
        self.kapctl("plugins")
        say("Records go in over gRPC; in the middle the gateway is killed with kill -9")
        self.submit_and_kill(records)
        say("What each record became")
        self.kapctl("records", "--patient", "P-0001", "--limit", "30")
        say("Deliveries to the receiver" if self.gateway_only else "Deliveries to the hospital")
        self.wait_for_deliveries()
        self.kapctl("deliveries", "--patient", "P-0001", "--limit", "8")
        say(f"One patient's story, read back from the {'receiver' if self.gateway_only else 'FHIR server'}")
        self.tell_story()
        say("A bad record, and its answer")
        self.show_bad_record(records)
        say("Nothing lost, nothing doubled")
        resources = self.check_far_side(records)
        say("The books")
        self.kapctl("ledger")
        return self.summarize(resources)

    def summarize(self, resources):
        ledger = self.ask("ledger")[0]
        summary = {"grpc": self.grpc, "http": self.http,
                   "fhir": None if self.gateway_only else self.fhir,
                   "records": ledger["records"].get("mapped", 0), "resources": resources,
                   "delivered": ledger["deliveries"].get("delivered", 0),
                   "billed": ledger["feed"].get("charges", 0), "agrees": ledger["agrees"]}
        created = ledger["deliveries"].get("created", 0)
        if summary["delivered"] != created:
            others = ", ".join(f"{count} {state}" for state, count in ledger["deliveries"].items()
                               if count and state not in ("created", "delivered"))
            self.kapctl("deliveries", "--stuck", check=False)
            raise SystemExit(f"demo: {created} deliveries were made and {summary['delivered']} "
                             f"delivered; the others are: {others}")
        expected = json.loads((self.out / "expected.json").read_text())
        if summary["records"] != expected["records"]["total"]:
            raise SystemExit(f"demo: {expected['records']['total']} records were sent and "
                             f"{summary['records']} mapped")
        if summary["billed"] != expected["feed"]["rows"] or not summary["agrees"]:
            raise SystemExit("demo: the books do not agree")
        (self.out / "summary.json").write_text(json.dumps(summary) + "\n")
        return summary

    def stop(self):
        for process in (self.gateway, self.far_side):
            if process:
                process.stop()


def try_next(demo):
    gateway, far_side = demo.gateway.process.pid, demo.far_side.process.pid
    print(f"""
Running on: gateway (pid {gateway}), {'receiver' if demo.gateway_only else 'FHIR server'} (pid {far_side}). Try
  build/bin/kapctl --server {demo.grpc} show demo-clinic/kap-ehr/Session/S-0001-1
  build/bin/kapctl --server {demo.grpc} deliveries --limit 5
  curl -s http://{demo.http}/metrics
  curl -s '{demo.fhir}/Observation?code=44261-6&_summary=count'
Your own FHIR server instead (step by step: docs/hospital-it/first-server.md). This goes by what its
/metadata says and creates people there, as an empty test server needs; for an EHR say people=link:
  build/bin/kap-gateway --config deploy/config/demo.yaml --set store.path=mine.db \\
      --set 'destinations[0].url=https://your-server.example.org/fhir' \\
      --set 'destinations[0].settings[0].value=auto' --set 'destinations[0].people=create'
Stop both: kill {gateway} {far_side}""")


def verdict(summary, gateway_only):
    """The demo's last line, of a run whose books agree."""
    text = (f"{summary['records']} records, {summary['resources']} resources, "
            f"{summary['delivered']} delivered, {summary['billed']} billed, books agree")
    if gateway_only:
        return f"demo: ok, the gateway alone: {text}; no FHIR server took part"
    return f"demo: ok {text}"


def main():
    parser = argparse.ArgumentParser(prog="scripts/demo", description="Shows the whole road.")
    parser.add_argument("--keep", action="store_true", help="leave everything running")
    parser.add_argument("--gateway-only", action="store_true", help="without a FHIR server")
    parser.add_argument("--out", default=str(OWN_FOLDER), help="folder for the files")
    options = parser.parse_args()
    needed = [(BIN / "kap-gateway", "scripts/build"), (BIN / "kapctl", "scripts/build")]
    if not options.gateway_only:
        needed.append((HAPI, "scripts/setup --demo"))
    for file, script in needed:
        if not file.exists():
            raise SystemExit(f"demo: {file} is not there: run {script} first (scripts/demo does)")
    folder = Folder(pathlib.Path(options.out).resolve())
    folder.clear()
    # So that what was started ends with us, however we are told to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("demo: asked to end"))
    demo = Demo(folder.path, options.gateway_only)
    kept = False
    try:
        summary = demo.run()
        if options.keep:
            folder.keep((demo.gateway, demo.far_side))
            kept = True
            try_next(demo)
    finally:
        if not kept:
            demo.stop()
    print("\n" + verdict(summary, options.gateway_only), flush=True)


if __name__ == "__main__":
    main()
