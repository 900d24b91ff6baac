// SPDX-License-Identifier: Apache-2.0
// Serves one client.
#include "sim/server/server.h"

#include "sim/server/conversation.h"
#include "sim/server/socket_wire.h"

namespace photic::sim {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kForever = Clock::time_point::max();

Parting converse(DeviceHost& host, SocketWire& wire, Conversation& conversation) {
  while (conversation.alive() && !wire.closed() && !wire.broken()) {
    conversation.answer_all();
    if (const std::string* failure = host.failure()) {
      conversation.tell_failure(*failure);
      return Parting::kFault;
    }
    if (!conversation.alive() || wire.broken()) {
      break;
    }
    const bool busy = host.busy();
    if (busy) {
      host.work();
    }
    // The device's work may have brought messages along, so only an idle one is waited with. While it is
    // crowded nothing is read, so that the client waits too.
    if (conversation.alive() && !conversation.crowded()) {
      wire.wait(busy || conversation.pending() ? Clock::time_point{} : kForever);
    }
  }
  return wire.closed() ? Parting::kLeft : Parting::kBroke;
}

}  // namespace

Parting serve(DeviceHost& host, HeartbeatPage& heartbeat, transport::FileDescriptor socket, const Face& face,
              const Terms& terms) {
  SocketWire wire(std::move(socket), terms.patience);
  if (terms.leave_with_client) {
    heartbeat.guard(wire.fd());
  }
  Parting parting = Parting::kLeft;
  {
    Conversation conversation(wire, host, face, terms.patience);
    parting = converse(host, wire, conversation);
  }
  if (parting == Parting::kFault) {
    return parting;  // the process ends: the socket's end and the exit code tell the client
  }
  heartbeat.release();
  host.drop_client();
  return parting;
}

}  // namespace photic::sim
