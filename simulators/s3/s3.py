#!/usr/bin/env python3
"""Simulates an S3 service with one bucket: PUT, ListObjectsV2 and DELETE, addressed by path. It checks the signature
(AWS signature version 4) of every request against the received bytes. See ../README.md.
"""

import argparse
import datetime
import hashlib
import hmac
import http.server
import json
import signal
import sys
import threading
import urllib.parse
import xml.sax.saxutils

LARGEST = 64 * 1024 * 1024
MOST_SKEW = datetime.timedelta(minutes=15)
FORM = "%Y%m%dT%H%M%SZ"


class Rejected(Exception):
    def __init__(self, status, code):
        super().__init__(code)
        self.status = status
        self.code = code


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def signature(secret, scope, to_sign):
    key = ("AWS4" + secret).encode()
    for part in (*scope, to_sign):
        digest = hmac.new(key, part.encode(), hashlib.sha256)
        key = digest.digest()
    return digest.hexdigest()


def canonical_query(query):
    pairs = urllib.parse.parse_qsl(query, keep_blank_values=True)
    return "&".join(f"{urllib.parse.quote(name, safe='-_.~')}={urllib.parse.quote(value, safe='-_.~')}"
                    for name, value in sorted(pairs))


class Bucket:
    """Objects by key, each with its bytes and its time."""

    def __init__(self, options):
        self.options = options
        self.lock = threading.Lock()
        self.objects = {}
        self.failures = []
        self.rejected = []
        self.requests = []

    def verify(self, method, target, headers, body):
        """Raises Rejected unless the request has a valid signature."""
        path, _, query = target.partition("?")
        scheme, _, rest = headers.get("Authorization", "").partition(" ")
        if scheme != "AWS4-HMAC-SHA256":
            raise Rejected(403, "AccessDenied")
        fields = dict(part.strip().split("=", 1) for part in rest.split(","))
        access_key, *scope = fields["Credential"].split("/")
        if access_key != self.options.access_key:
            raise Rejected(403, "InvalidAccessKeyId")
        signed = fields["SignedHeaders"].split(";")
        stamp = headers.get("x-amz-date", "")
        if not {"host", "x-amz-date", "x-amz-content-sha256"} <= set(signed):
            raise Rejected(403, "AccessDenied")
        if scope != [stamp[:8], self.options.region, "s3", "aws4_request"]:
            raise Rejected(400, "AuthorizationHeaderMalformed")
        time = datetime.datetime.strptime(stamp, FORM).replace(tzinfo=datetime.timezone.utc)
        if abs(now() - time) > MOST_SKEW:
            raise Rejected(403, "RequestTimeTooSkewed")
        if headers.get("x-amz-content-sha256") != sha256(body):
            raise Rejected(400, "XAmzContentSHAMismatch")
        canonical = "\n".join([
            method, path, canonical_query(query),
            *(f"{name}:{' '.join(headers.get(name, '').split())}" for name in signed), "",
            ";".join(signed), sha256(body)])
        to_sign = "\n".join(["AWS4-HMAC-SHA256", stamp, "/".join(scope), sha256(canonical.encode())])
        if not hmac.compare_digest(signature(self.options.secret_key, scope, to_sign), fields["Signature"]):
            raise Rejected(403, "SignatureDoesNotMatch")

    def serve(self, method, target, headers, body):
        """→ status, body"""
        path, _, query = target.partition("?")
        with self.lock:
            if self.failures:
                raise Rejected(*self.failures.pop(0))
            self.verify(method, target, headers, body)
            bucket, _, key = path.lstrip("/").partition("/")
            if bucket != self.options.bucket:
                raise Rejected(404, "NoSuchBucket")
            if method == "GET" and not key:
                return 200, self.listing(dict(urllib.parse.parse_qsl(query)))
            if method == "PUT" and key:
                self.objects[key] = {"body": body, "type": headers.get("Content-Type"), "time": now()}
                return 200, b""
            if method == "DELETE" and key:
                self.objects.pop(key, None)
                return 204, b""
        raise Rejected(405, "MethodNotAllowed")

    def listing(self, query):
        if query.get("list-type") != "2":
            raise Rejected(400, "InvalidArgument")
        keys = sorted(key for key in self.objects
                      if key.startswith(query.get("prefix", "")) and key > query.get("continuation-token", ""))
        page = keys[:self.options.page]
        parts = ['<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult>',
                 f"<IsTruncated>{'true' if len(keys) > len(page) else 'false'}</IsTruncated>"]
        for key in page:
            time = self.objects[key]["time"].strftime("%Y-%m-%dT%H:%M:%S.000Z")
            parts.append(f"<Contents><Key>{xml.sax.saxutils.escape(key)}</Key><LastModified>{time}</LastModified></Contents>")
        if len(keys) > len(page):
            parts.append(f"<NextContinuationToken>{xml.sax.saxutils.escape(page[-1])}</NextContinuationToken>")
        return "".join([*parts, "</ListBucketResult>"]).encode()

    # --- the control API for tests ---

    def control(self, method, path, body):
        with self.lock:
            if (method, path) == ("GET", "/control/state"):
                return {"requests": self.requests, "rejected": self.rejected, "objects": {
                    key: {"type": value["type"], "text": value["body"].decode(), "time": value["time"].isoformat()}
                    for key, value in self.objects.items()}}
            if (method, path) == ("POST", "/control/objects"):
                age = datetime.timedelta(hours=body.get("age_hours", 0))
                self.objects[body["key"]] = {"body": b"", "type": None, "time": now() - age}
                return {}
            if (method, path) == ("POST", "/control/faults"):
                self.failures += [(body["status"], body.get("code", "InternalError"))] * body.get("times", 1)
                return {}
        raise Rejected(404, "NoSuchControl")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bucket = None

    def handle_any(self):
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), LARGEST))
        try:
            if self.path.startswith("/control/"):
                answer = json.dumps(self.bucket.control(self.command, self.path, json.loads(body or b"{}")))
                return self.answer(200, answer.encode(), "application/json")
            self.bucket.requests.append(f"{self.command} {self.path}")
            status, answer = self.bucket.serve(self.command, self.path, self.headers, body)
        except Rejected as rejected:
            self.bucket.rejected.append(rejected.code)
            status = rejected.status
            answer = f'<?xml version="1.0"?>\n<Error><Code>{rejected.code}</Code><Message>no</Message></Error>'.encode()
        return self.answer(status, answer, "application/xml")

    do_GET = do_PUT = do_DELETE = do_POST = handle_any

    def answer(self, status, body, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 204:
            self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--bucket", default="results")
    parser.add_argument("--region", default="eu-west-3")
    parser.add_argument("--access-key", default="simulated-access-key")
    parser.add_argument("--secret-key", default="simulated/secret+key")
    parser.add_argument("--page", type=int, default=2, help="number of keys in one page of a listing")
    Handler.bucket = Bucket(parser.parse_args())
    server = http.server.ThreadingHTTPServer(("127.0.0.1", Handler.bucket.options.port), Handler)
    server.daemon_threads = True
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(json.dumps({"listening": f"http://127.0.0.1:{server.server_address[1]}"}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
