"""A store for the example: usage: upload_store.py FOLDER REFUSED_AFTER

Takes PUT with Content-Range into the file of that name, and answers 507 once so many ranges came (0: never). Writes its
port to FOLDER/port, and each range to FOLDER/ranges.
"""

import http.server
import os
import re
import sys
import threading

folder, refused_after = sys.argv[1], int(sys.argv[2])
lock = threading.Lock()
came = 0


class Store(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        global came
        bytes_ = self.rfile.read(int(self.headers["Content-Length"]))
        begin, end, _size = map(int, re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", self.headers["Content-Range"]).groups())
        with lock:
            came += 1
            refused = came == refused_after or end - begin + 1 != len(bytes_)
            if not refused:
                descriptor = os.open(folder + self.path, os.O_WRONLY | os.O_CREAT, 0o666)
                os.pwrite(descriptor, bytes_, begin)
                os.close(descriptor)
                with open(f"{folder}/ranges", "a") as ranges:
                    print(begin, end, file=ranges)
        self.send_response(507 if refused else 204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Store) as server:
    with open(f"{folder}/port.new", "w") as port:
        print(server.server_port, file=port)
    os.rename(f"{folder}/port.new", f"{folder}/port")
    server.serve_forever()
