// SPDX-License-Identifier: Apache-2.0
// Compares capabilities.
#include "sim/server/capabilities.h"

#include <nlohmann/json.hpp>

namespace photic::sim {
namespace {

namespace vfio = transport::vfio;
using Json = nlohmann::json;

// The non-negative number called `key`, `otherwise` if there is none; nothing if it is something else.
std::optional<uint64_t> number(const Json& object, const char* key, uint64_t otherwise) {
  const auto found = object.find(key);
  if (found == object.end()) {
    return otherwise;
  }
  return found->is_number_unsigned() ? std::optional(found->get<uint64_t>()) : std::nullopt;
}

// What a client that knows Photic wants; false if it is not said in the right form.
bool read_photic(const Json& photic, ClientLimits& limits) {
  if (!photic.is_object()) {
    return false;
  }
  const auto notice = photic.find("failure_notice");
  limits.failure_notice = notice != photic.end() && *notice == true;
  return notice == photic.end() || notice->is_boolean();
}

}  // namespace

std::optional<ClientLimits> read_capabilities(std::span<const std::byte> data, const std::string& target,
                                              bool timed) {
  Json offer = Json::object();
  if (!data.empty()) {
    const auto* text = reinterpret_cast<const char*>(data.data());
    if (data.back() != std::byte{0}) {
      return std::nullopt;
    }
    offer = Json::parse(text, text + data.size() - 1, nullptr, false);
  }
  if (!offer.is_object()) {
    return std::nullopt;
  }
  const Json named = offer.value("capabilities", Json::object());
  if (!named.is_object()) {
    return std::nullopt;
  }
  ClientLimits limits;
  const auto descriptors = number(named, "max_msg_fds", limits.descriptors);
  const auto transfer = number(named, "max_data_xfer_size", limits.transfer);
  const auto windows = number(named, "max_dma_maps", vfio::kMaxWindows);
  const auto pages = number(named, "pgsizes", vfio::kPageSize);
  if (!descriptors || !transfer || *transfer == 0 || !windows || !pages) {
    return std::nullopt;
  }
  limits.descriptors = *descriptors;
  limits.transfer = *transfer;
  Json capabilities = Json::object();
  const Json own{{"max_msg_fds", vfio::kMaxDescriptors},
                 {"max_data_xfer_size", vfio::kMaxTransfer},
                 {"max_dma_maps", vfio::kMaxWindows},
                 {"pgsizes", vfio::kPageSize}};
  for (const auto& [key, value] : own.items()) {
    if (named.contains(key)) {
      capabilities[key] = value;
    }
  }
  if (const auto photic = named.find("photic"); photic != named.end()) {
    if (!read_photic(*photic, limits)) {
      return std::nullopt;
    }
    capabilities["photic"] = {{"target", target}, {"timed", timed}};
  }
  limits.reply = Json{{"capabilities", capabilities}}.dump(-1, ' ', false, Json::error_handler_t::replace);
  return limits;
}

}  // namespace photic::sim
