// SPDX-License-Identifier: Apache-2.0
// Serves one client.
#include "sim/server/server.h"

#include <poll.h>

#include <cerrno>

#include "drivers/transport/message_socket.h"
#include "sim/server/session.h"

namespace photic::sim {
namespace {

namespace vfio = transport::vfio;

// A client that does not read for so many ticks of 50 ms is given up.
constexpr int kSendTicks = 200;

bool tick(void* count) {
  return ++*static_cast<int*>(count) < kSendTicks;
}

bool send(vfio::MessageSocket& socket, const Answer& answer) {
  int ticks = 0;
  return socket.send(answer.message, answer.descriptors, tick, &ticks);
}

// Answers every whole message, and lets the device begin what each one started before the next is looked at.
bool answer_all(vfio::MessageSocket& socket, Session& session, DeviceHost& host) {
  while (auto message = socket.framer().next()) {
    const auto answer = session.handle(std::move(*message));
    if (answer && !send(socket, *answer)) {
      return false;
    }
    if (host.busy()) {
      host.work();
    }
  }
  if (const auto& broken = socket.framer().broken()) {
    send(socket, {vfio::refusal(*broken, EMSGSIZE), {}});
    return false;
  }
  return true;
}

}  // namespace

Parting serve(DeviceHost& host, HeartbeatPage& heartbeat, transport::FileDescriptor descriptor,
              const std::string& target, bool timed, bool leave_with_client) {
  vfio::MessageSocket socket(std::move(descriptor));
  Session session(host, heartbeat.fd(), target, timed);
  if (leave_with_client) {
    heartbeat.guard(socket.fd());
  }
  Parting parting = Parting::kLeft;
  while (true) {
    pollfd readable{socket.fd(), POLLIN, 0};
    poll(&readable, 1, host.busy() ? 0 : -1);
    const vfio::Received received = readable.revents != 0 ? socket.receive() : vfio::Received::kNothing;
    if (received == vfio::Received::kClosed) {
      break;
    }
    if (received == vfio::Received::kBytes && !answer_all(socket, session, host)) {
      parting = Parting::kBroke;
      break;
    }
    if (host.busy()) {
      host.work();
    }
    if (host.failure() != nullptr) {
      parting = Parting::kFault;
      break;
    }
  }
  if (parting == Parting::kFault) {
    return parting;  // the process ends: the socket's end and the exit code tell the client
  }
  heartbeat.release();
  host.drop_client();
  return parting;
}

}  // namespace photic::sim
