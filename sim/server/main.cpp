// SPDX-License-Identifier: Apache-2.0
// photic-device: any target as a process of its own, spoken to over vfio-user.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>

#include "drivers/transport/child_process.h"
#include "drivers/transport/error.h"
#include "sim/server/cut_memory.h"
#include "sim/server/server.h"
#include "sim/targets/targets.h"

namespace photic::sim {
namespace {

using transport::Error;
using transport::FileDescriptor;

// The socket file a signal removes.
std::array<char, sizeof(sockaddr_un::sun_path)> socket_file{};

void leave_on_signal(int) {
  unlink(socket_file.data());
  _exit(EXIT_SUCCESS);
}

// A listening socket that removes its file, also when the process is told to leave.
class Listener {
 public:
  explicit Listener(const std::string& path)
      : path_(path), socket_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) {
      throw Error(abi::Status::INVALID_ARGUMENT, "socket path '" + path + "' is longer than " +
                                                     std::to_string(sizeof(address.sun_path) - 1) +
                                                     " characters; use a shorter one");
    }
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    // Nobody but the owner may use the device.
    const mode_t before = umask(S_IRWXG | S_IRWXO);
    const bool bound = bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
    const int problem = errno;
    umask(before);
    if (!bound || listen(socket_.get(), 1) != 0) {
      throw Error(abi::Status::INVALID_ARGUMENT, "socket '" + path +
                                                     "': " + std::strerror(bound ? errno : problem) +
                                                     "; remove the file if no other photic-device uses it");
    }
    std::memcpy(socket_file.data(), path.c_str(), path.size() + 1);
    std::signal(SIGINT, leave_on_signal);
    std::signal(SIGTERM, leave_on_signal);
  }
  ~Listener() { unlink(path_.c_str()); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// The next client.
  FileDescriptor accept() const {
    while (true) {
      FileDescriptor client(accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (client) {
        return client;
      }
      if (errno != EINTR && errno != ECONNABORTED) {
        throw Error(abi::Status::OUT_OF_MEMORY,
                    "socket '" + path_ + "' takes no client: " + std::strerror(errno));
      }
    }
  }

 private:
  std::string path_;
  FileDescriptor socket_;
};

// Says how a client's time ended; the exit code if it was the device's last.
int parted(Parting parting, const DeviceHost& host) {
  switch (parting) {
    case Parting::kFault:
      std::cerr << *host.failure() << std::endl;
      return transport::kExitCheckFailed;
    case Parting::kBroke:
      std::cerr << "photic-device: a client broke the protocol and was dropped" << std::endl;
      return EXIT_SUCCESS;
    case Parting::kLeft:
      break;
  }
  return EXIT_SUCCESS;
}

int run(const std::string& text, const std::string& path, int fd, Terms terms) {
  const transport::Uri uri = transport::parse_uri(text);
  DeviceHost host(
      [&](abi::DmaPort& dma, abi::InterruptPort& interrupts) { return make_device(uri, dma, interrupts); });
  HeartbeatPage heartbeat(host.progress());
  const Face face{text, host.device().timed(), heartbeat.fd()};
  if (fd >= 0) {
    terms.leave_with_client = true;
    return parted(serve(host, heartbeat, FileDescriptor(fd), face, terms), host);
  }
  const Listener listener(path);
  std::cout << "photic-device: " << text << " at " << path << std::endl;
  int code = EXIT_SUCCESS;
  while (code == EXIT_SUCCESS) {
    code = parted(serve(host, heartbeat, listener.accept(), face, terms), host);
  }
  return code;
}

int exit_code(const Error& error) {
  switch (error.status()) {
    case abi::Status::INVALID_URI:
      return transport::kExitInvalidUri;
    case abi::Status::UNSUPPORTED:
      return transport::kExitUnsupported;
    default:
      return transport::kExitFailed;
  }
}

}  // namespace
}  // namespace photic::sim

int main(int argc, char** argv) {
  CLI::App app("Runs a Photic target as a device of its own, spoken to over vfio-user.");
  std::string uri;
  std::string path;
  int fd = -1;
  photic::sim::Terms terms;
  uint32_t patience_ms = static_cast<uint32_t>(terms.patience.count());
  app.add_option("--uri", uri, "the target, as golden:opu?geometry=gen3")->required();
  auto* socket = app.add_option("--socket", path, "listen on this UNIX socket; clients open remote:<path>");
  app.add_option("--fd", fd, "serve the connected socket with this number, then leave")->excludes(socket);
  app.add_option("--patience-ms", patience_ms,
                 "give a client up that for so long does not read, or does not answer for its memory")
      ->check(CLI::Range(1, 3'600'000))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  terms.patience = std::chrono::milliseconds(patience_ms);
  if (path.empty() && fd < 0) {
    std::cerr << "photic-device: neither --socket nor --fd is given; use one" << std::endl;
    return photic::transport::kExitFailed;
  }
  std::signal(SIGPIPE, SIG_IGN);
  photic::sim::survive_cut_memory();
  try {
    return photic::sim::run(uri, path, fd, terms);
  } catch (const photic::transport::Error& error) {
    std::cerr << error.what() << std::endl;
    return photic::sim::exit_code(error);
  } catch (const std::exception& error) {
    std::cerr << "photic-device: " << error.what() << std::endl;
    return photic::transport::kExitFailed;
  }
}
