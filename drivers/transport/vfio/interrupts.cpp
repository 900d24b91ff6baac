// SPDX-License-Identifier: Apache-2.0
// Hands eventfds to the kernel and waits for them.
#include "drivers/transport/vfio/interrupts.h"

#include <linux/vfio.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "drivers/transport/error.h"

namespace photic::transport::vfio_pci {
namespace {

bool readable(const FileDescriptor& event) {
  pollfd watched{event.get(), POLLIN, 0};
  return poll(&watched, 1, 0) > 0 && (watched.revents & POLLIN) != 0;
}

bool take(const FileDescriptor& event) {
  uint64_t count = 0;
  return read(event.get(), &count, sizeof(count)) == sizeof(count);
}

}  // namespace

Interrupts::Interrupts(const Kernel& kernel, int device, std::string function, unsigned wanted)
    : kernel_(kernel), device_(device), function_(std::move(function)) {
  if (enable(VFIO_PCI_MSIX_IRQ_INDEX, wanted)) {
    kind_ = InterruptKind::kMsix;
  } else if (enable(VFIO_PCI_MSI_IRQ_INDEX, wanted)) {
    kind_ = InterruptKind::kMsi;
  }
  for (const auto& [index, events] :
       {std::pair{VFIO_PCI_REQ_IRQ_INDEX, &request_}, std::pair{VFIO_PCI_ERR_IRQ_INDEX, &error_}}) {
    events->push_back(event());
    if (!set(index, *events, nullptr)) {
      events->clear();
    }
  }
}

FileDescriptor Interrupts::event() const {
  FileDescriptor event(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!event) {
    throw Error(abi::Status::OUT_OF_MEMORY, "PCI function " + function_ +
                                                ": no descriptor for an interrupt: " + std::strerror(errno) +
                                                "; close some or raise ulimit -n");
  }
  return event;
}

bool Interrupts::enable(uint32_t index, unsigned wanted) {
  vfio_irq_info info{};
  info.argsz = sizeof(info);
  info.index = index;
  if (kernel_.control(device_, VFIO_DEVICE_GET_IRQ_INFO, &info) < 0 || info.count == 0 ||
      (info.flags & VFIO_IRQ_INFO_EVENTFD) == 0) {
    return false;
  }
  unsigned count = std::min(wanted, info.count);
  while (count > 0) {
    vectors_.resize(0);
    for (unsigned v = 0; v < count; ++v) {
      vectors_.push_back(event());
    }
    int granted = 0;
    if (set(index, vectors_, &granted)) {
      return true;
    }
    count = granted > 0 && static_cast<unsigned>(granted) < count ? static_cast<unsigned>(granted) : 0;
  }
  vectors_.clear();
  return false;
}

// True if the kernel took all. `granted`: how many it would take instead.
bool Interrupts::set(uint32_t index, const std::vector<FileDescriptor>& events, int* granted) const {
  std::vector<std::byte> record(sizeof(vfio_irq_set) + events.size() * sizeof(int32_t));
  vfio_irq_set head{};
  head.argsz = static_cast<uint32_t>(record.size());
  head.flags =
      (events.empty() ? VFIO_IRQ_SET_DATA_NONE : VFIO_IRQ_SET_DATA_EVENTFD) | VFIO_IRQ_SET_ACTION_TRIGGER;
  head.index = index;
  head.count = static_cast<uint32_t>(events.size());
  std::memcpy(record.data(), &head, sizeof(head));
  for (size_t i = 0; i < events.size(); ++i) {
    const int32_t fd = events[i].get();
    std::memcpy(record.data() + sizeof(head) + i * sizeof(fd), &fd, sizeof(fd));
  }
  const int result = kernel_.control(device_, VFIO_DEVICE_SET_IRQS, record.data());
  if (granted) {
    *granted = result;
  }
  return result == 0;
}

uint32_t Interrupts::wait(std::chrono::steady_clock::time_point deadline) {
  using std::chrono::nanoseconds;
  std::vector<pollfd> watched;
  for (const auto* events : {&vectors_, &request_, &error_}) {
    for (const FileDescriptor& event : *events) {
      watched.push_back({event.get(), POLLIN, 0});
    }
  }
  const auto left = std::max<nanoseconds>(deadline - std::chrono::steady_clock::now(), nanoseconds::zero());
  const timespec limit{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
  uint32_t raised = 0;
  if (ppoll(watched.data(), watched.size(), &limit, nullptr) > 0) {
    for (unsigned v = 0; v < vectors(); ++v) {
      raised |= (watched[v].revents & POLLIN) != 0 && take(vectors_[v]) ? 1U << v : 0;
    }
  }
  return raised;
}

void Interrupts::drain() {
  for (const FileDescriptor& vector : vectors_) {
    take(vector);
  }
}

std::optional<std::string> Interrupts::notice() const {
  if (!request_.empty() && readable(request_[0])) {
    return "the kernel wants it back: it is being unplugged or unbound";
  }
  if (!error_.empty() && readable(error_[0])) {
    return "its bus reported an error that cannot be corrected; dmesg has it";
  }
  return std::nullopt;
}

void Interrupts::disable() noexcept {
  static const std::vector<FileDescriptor> kNone;
  if (kind_ != InterruptKind::kNone) {
    set(kind_ == InterruptKind::kMsix ? VFIO_PCI_MSIX_IRQ_INDEX : VFIO_PCI_MSI_IRQ_INDEX, kNone, nullptr);
    kind_ = InterruptKind::kNone;
  }
  if (!request_.empty()) {
    set(VFIO_PCI_REQ_IRQ_INDEX, kNone, nullptr);
  }
  if (!error_.empty()) {
    set(VFIO_PCI_ERR_IRQ_INDEX, kNone, nullptr);
  }
  request_.clear();
  error_.clear();
}

}  // namespace photic::transport::vfio_pci
