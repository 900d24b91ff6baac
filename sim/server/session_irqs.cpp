// SPDX-License-Identifier: Apache-2.0
// GET_IRQ_INFO and SET_IRQS: MSI-X vectors, and the one interrupt by which a device reports that it failed.
#include "sim/server/session.h"

namespace photic::sim {
namespace {

namespace vfio = transport::vfio;

uint32_t interrupts(uint32_t index) {
  switch (index) {
    case vfio::kMsix:
      return PciEndpoint::kVectors;
    case vfio::kErrorIrq:
      return 1;
    default:
      return 0;
  }
}

}  // namespace

Session::Bytes Session::irq_info(std::span<const std::byte> payload) {
  const auto question = need<vfio::IrqInfo>(payload);
  if (question.index >= vfio::kIrqs) {
    throw Refusal{EINVAL};
  }
  vfio::IrqInfo info;
  info.index = question.index;
  info.count = interrupts(question.index);
  if (info.count > 0) {
    info.flags = vfio::kIrqEventfd | (question.index == vfio::kMsix ? vfio::kIrqMaskable : 0U);
  }
  return vfio::payload_of(info);
}

Session::Bytes Session::set_irqs(vfio::Message& message) {
  const auto set = need<vfio::IrqSet>(message.payload);
  const auto data = std::span(message.payload).subspan(sizeof(set));
  const uint32_t kind = set.flags & (vfio::kIrqDataNone | vfio::kIrqDataBool | vfio::kIrqDataEventfd);
  const uint32_t action = set.flags & ~kind;
  const uint32_t most = interrupts(set.index);
  const bool trigger = action == vfio::kIrqActionTrigger;
  const bool mask = action == vfio::kIrqActionMask || action == vfio::kIrqActionUnmask;
  if (set.start >= most || set.count > most - set.start || (!trigger && !mask) ||
      (mask && set.index != vfio::kMsix)) {
    throw Refusal{EINVAL};
  }
  if (set.count == 0) {
    if (set.start != 0 || !trigger || kind != vfio::kIrqDataNone) {
      throw Refusal{EINVAL};
    }
    disable(set.index);
    return {};
  }
  switch (kind) {
    case vfio::kIrqDataEventfd:
      // VFIO has the client signal such an event, vfio-user the server: neither is served.
      if (mask) {
        throw Refusal{EOPNOTSUPP};
      }
      if (!message.descriptors.empty() && message.descriptors.size() != set.count) {
        throw Refusal{EINVAL};
      }
      set_events(set.index, set.start, set.count, std::move(message.descriptors));
      return {};
    case vfio::kIrqDataNone:
      for (uint32_t i = 0; i < set.count; ++i) {
        act(set.index, action, set.start + i);
      }
      return {};
    case vfio::kIrqDataBool:
      if (data.size() < set.count) {
        throw Refusal{EINVAL};
      }
      for (uint32_t i = 0; i < set.count; ++i) {
        if (data[i] != std::byte{0}) {
          act(set.index, action, set.start + i);
        }
      }
      return {};
    default:
      throw Refusal{EINVAL};
  }
}

void Session::set_events(uint32_t index, uint32_t start, uint32_t count,
                         std::vector<transport::FileDescriptor> events) {
  events.resize(count);  // none at all takes away what was set
  for (uint32_t i = 0; i < count; ++i) {
    if (index == vfio::kErrorIrq) {
      host_.set_error_event(std::move(events[i]));
    } else {
      host_.set_interrupt(start + i, std::move(events[i]));
    }
  }
}

void Session::act(uint32_t index, uint32_t action, uint32_t vector) {
  if (index == vfio::kErrorIrq) {
    host_.raise_error();
  } else if (action == vfio::kIrqActionTrigger) {
    host_.raise(vector);
  } else {
    host_.endpoint().mask_vector(vector, action == vfio::kIrqActionMask);
    host_.flush_interrupts();
  }
}

void Session::disable(uint32_t index) {
  set_events(index, 0, interrupts(index), {});
  if (index == vfio::kMsix) {
    host_.endpoint().disable_msix();
  }
}

}  // namespace photic::sim
