"""A PostgreSQL server on the middle host, which both others reach and nobody gets through."""

import shutil
import subprocess
import time
from pathlib import Path

from .network import ADDRESSES

PORT = 5432


def run(*command, cwd=None):
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.stderr}{done.stdout}")


class Certificates:
    """An authority, the server's certificate for both its addresses, and one for each outer role."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Test authority",
            "-keyout", "ca.key", "-out", "ca.pem", cwd=folder)
        self.make("server", "server", ",".join(f"IP:{middle}" for _, middle in ADDRESSES.values()))
        for zone in ADDRESSES:
            self.make(zone, f"sluice_{zone}")

    def make(self, name, subject, addresses=None):
        run("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={subject}", "-keyout", f"{name}.key",
            "-out", f"{name}.csr", cwd=self.folder)
        extensions = self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={addresses}\n" if addresses else "basicConstraints=CA:FALSE\n")
        run("openssl", "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-days", "2", "-extfile", extensions.name, "-out", f"{name}.pem", cwd=self.folder)


class Database:
    """The way through rows of a database."""

    cables = True

    def __init__(self, folder):
        # The server does not run as root, and its user must be able to enter every folder above its own.
        folder.chmod(0o755)
        self.folder = folder / "postgres"
        self.folder.mkdir()
        self.certificates = Certificates(folder / "certificates")
        self.network = None
        self.programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]

    def boundary(self, zone, _):
        if zone == "relay":
            socket = str(self.folder).replace("/", "%2F")
            return f'{{ type: postgres, url: "postgres://{socket}:{PORT}/sluice" }}'
        tls = "{ ca: tls/ca.pem, certificate: tls/zone.pem, key: tls/zone.key }"
        return f'{{ type: postgres, url: "postgres://{ADDRESSES[zone][1]}:{PORT}/sluice", tls: {tls} }}'

    def prepare(self, network, hosts):
        self.network = network
        for zone in ADDRESSES:
            folder = hosts[zone].config / "tls"
            folder.mkdir(parents=True)
            for source, name in (("ca.pem", "ca.pem"), (f"{zone}.pem", "zone.pem"), (f"{zone}.key", "zone.key")):
                shutil.copy(self.certificates.folder / source, folder / name)
                (folder / name).chmod(0o600)
        shutil.chown(self.folder, "postgres")
        self._as_server("initdb", "--auth=trust", "--encoding=UTF8", "-D", str(self.folder / "data"))
        self._configure()
        self._control("start")
        self._as_server("createdb", "-h", str(self.folder), "-p", str(PORT), "sluice")
        hosts["relay"].sluice("boundary", "install", "--as", "postgres")

    def _configure(self):
        data = self.folder / "data"
        for source, name in (("server.pem", "server.crt"), ("server.key", "server.key"), ("ca.pem", "ca.crt")):
            shutil.copy(self.certificates.folder / source, data / name)
            shutil.chown(data / name, "postgres")
            (data / name).chmod(0o600)
        addresses = ",".join(middle for _, middle in ADDRESSES.values())
        with open(data / "postgresql.conf", "a", encoding="utf-8") as settings:
            settings.write(
                f"listen_addresses = '{addresses}'\nunix_socket_directories = '{self.folder}'\nport = {PORT}\n"
                "ssl = on\nssl_ca_file = 'ca.crt'\n")
        # Each role from its own network, by its certificate alone.
        rules = ["local all all trust"]
        rules += [f"hostssl sluice sluice_{zone} {outer}/32 cert" for zone, (outer, _) in ADDRESSES.items()]
        (data / "pg_hba.conf").write_text("\n".join(rules) + "\n")

    def _as_server(self, program, *arguments):
        run(*self.network.inside("relay", "runuser", "-u", "postgres", "--", str(self.programs / program), *arguments),
            cwd="/")

    def _control(self, *what):
        self._as_server("pg_ctl", *what, "-w", "-D", str(self.folder / "data"), "-l", str(self.folder / "log"))

    def open(self, network, hosts):
        pass

    def cut(self, network, one_way):
        for host in ADDRESSES:
            network.cut_one_way(host) if one_way else network.cut(host)

    def mend(self, network, one_way):
        for host in ADDRESSES:
            network.mend_one_way(host) if one_way else network.mend(host)

    def spoil(self, _):
        """The server dies and comes back."""
        self._control("stop", "-m", "immediate")
        time.sleep(2)
        self._control("start")
        print("the database was killed and came back")
        return []

    def faults(self):
        return []

    def said(self):
        return "batches went through the database"

    def close(self):
        if self.network:
            try:
                self._control("stop", "-m", "immediate")
            except RuntimeError:
                pass
