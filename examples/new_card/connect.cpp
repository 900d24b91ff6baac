// SPDX-License-Identifier: Apache-2.0
// Takes the place of the driver's own choice of transports: whatever a program opens is the new card. So the
// conformance suite runs over it.
#include "drivers/transport/transport.h"
#include "examples/new_card/card_transport.h"

namespace photic::transport {

std::unique_ptr<Transport> connect(const Uri& uri) {
  return std::make_unique<new_card::CardTransport>(uri.text,
                                                   std::chrono::milliseconds(driver_options(uri).stall_ms),
                                                   std::make_shared<new_card::Card>(uri));
}

}  // namespace photic::transport
