"""A provider of identities on this machine, which says what a test tells it to say."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "stocktake", "a secret between two"
KEY, OTHER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


class Stub:
    """`claims`: in place of what an honest token says. `profile`: what its userinfo says."""

    def __init__(self, address: str) -> None:
        self.issuer = address
        self.claims: dict[str, Any] = {}
        self.profile: dict[str, Any] = {}
        self.discovery: dict[str, Any] = {}
        self.key = KEY
        self.without_token = False
        self.asked: dict[str, str] = {}  # of the sign-in that is under way
        self.verified_pkce = False

    def authorise(self, address: str) -> str:
        """Somebody has proved who they are: the query that their browser brings back."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        return f"?code=a-code&state={self.asked['state']}"

    def token(self, form: dict[str, str]) -> dict[str, Any]:
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        self.verified_pkce = challenge == self.asked["code_challenge"]
        now = int(time.time())
        said = {"iss": self.issuer, "aud": CLIENT, "sub": "7", "iat": now, "exp": now + 300}
        said |= {"nonce": self.asked["nonce"], **self.claims}
        id_token = jwt.encode(said, self.key, algorithm="RS256", headers={"kid": "one"})
        answer = {"access_token": "an-access-token", "token_type": "Bearer", "expires_in": 300}
        return answer if self.without_token else {**answer, "id_token": id_token}

    def answer(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        if path == "/.well-known/openid-configuration":
            names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            found = {f"{name}_endpoint": f"{self.issuer}/{place}" for name, place in names.items()}
            methods = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
            return {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", **found, **methods, **self.discovery}
        if path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            return {"keys": [{**public, "kid": "one", "alg": "RS256", "use": "sig"}]}
        return self.token(form) if path == "/token" else {"sub": "7", **self.profile}


@contextmanager
def running() -> Iterator[Stub]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.reply({name: values[0] for name, values in parse_qs(body).items()})

        def reply(self, form: dict[str, str]) -> None:
            content = json.dumps(stub.answer(self.path, form)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stub = Stub(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
