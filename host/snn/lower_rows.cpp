// SPDX-License-Identifier: Apache-2.0
// A row of weights for each source: dense, or sparse where that takes fewer words.
#include <algorithm>

#include "host/snn/lower.h"
#include "host/snn/snn_error.h"
#include "host/snn/storage_format.h"

namespace photic::host::snn {
namespace {

/// A synapse into the piece.
struct Local {
  uint32_t delay = 0, target = 0;
  int32_t weight = 0;

  bool same_place(const Local& other) const { return delay == other.delay && target == other.target; }
};

/// Most synapses of one SPARSE axon.
constexpr size_t kLargestExtent = abi::SpuAxon::kExtent.ones();

StorageFormat format_of(const PieceBuilder& builder, size_t connection, uint32_t source,
                        std::span<const int32_t> weights) {
  if (const auto format = smallest_format(weights)) {
    return *format;
  }
  const auto [least, most] = std::minmax_element(weights.begin(), weights.end());
  throw SnnError(SnnError::Kind::kFormat, builder.network().connections[connection].name, "weights",
                 "from source " + std::to_string(source) + " lie between " + std::to_string(*least) +
                     " and " + std::to_string(*most) + " and fit no format of 8 bits and a power of two",
                 "quantise the network to 8 bits or fewer");
}

/// Where the weights lie within the row: trimmed, and started where the device takes it.
Segment extent_of(std::span<const Local> row, size_t lanes) {
  const size_t first = row.front().target;
  const size_t count = row.back().target + 1 - first;
  const size_t inside = first % lanes;
  return inside + count <= lanes ? Segment{first, count} : Segment{first - inside, count + inside};
}

std::vector<int32_t> fill(std::span<const Local> row, const Segment& extent) {
  std::vector<int32_t> weights(extent.count);
  for (const Local& synapse : row) {
    weights[synapse.target - extent.first] = synapse.weight;
  }
  return weights;
}

abi::SpuAxon axon_of(const StorageFormat& format, uint32_t delay) {
  abi::SpuAxon axon;
  axon.bits = format.bits;
  axon.code = format.code;
  axon.align = format.align;
  axon.exponent = format.exponent;
  axon.delay = delay;
  return axon;
}

void add_dense(PieceBuilder& builder, size_t connection, uint32_t source, const Segment& extent,
               const StorageFormat& format, std::span<const int32_t> weights, uint32_t delay) {
  LoweredAxon lowered;
  lowered.axon = axon_of(format, builder.delay(connection, delay));
  lowered.axon.format = abi::SpuSynapseFormat::DENSE;
  lowered.axon.target = static_cast<uint32_t>(extent.first);
  lowered.axon.extent = static_cast<uint32_t>(extent.count);
  lowered.block = builder.block(pack_row(format, weights));
  lowered.operations = lowered.axon.extent;
  builder.add(connection, source, lowered);
}

void add_sparse(PieceBuilder& builder, size_t connection, uint32_t source, std::span<const Local> row,
                const StorageFormat& format) {
  for (size_t first = 0; first < row.size(); first += kLargestExtent) {
    const std::span<const Local> part = row.subspan(first, std::min(kLargestExtent, row.size() - first));
    std::vector<uint64_t> words((part.size() + 1) / 2);
    // The axon carries what all delays have in common: the least, since rows are sorted by delay.
    const uint32_t common = part.front().delay;
    for (size_t k = 0; k < part.size(); ++k) {
      builder.delay(connection, part[k].delay);
      const abi::SpuSynapse synapse{format.encode(part[k].weight).value_or(0), part[k].target,
                                    part[k].delay - common};
      words[k / 2] |= uint64_t{synapse.pack_half()} << (32 * (k % 2));
    }
    LoweredAxon lowered;
    lowered.axon = axon_of(format, builder.delay(connection, common));
    lowered.axon.format = abi::SpuSynapseFormat::SPARSE;
    lowered.axon.extent = static_cast<uint32_t>(part.size());
    lowered.block = builder.block(std::move(words), lowered.axon.extent);
    lowered.operations = lowered.axon.extent;
    builder.add(connection, source, lowered);
  }
}

void lower_row(PieceBuilder& builder, size_t connection, uint32_t source, std::vector<Local>& row) {
  std::stable_sort(row.begin(), row.end(), [](const Local& a, const Local& b) {
    return std::pair(a.delay, a.target) < std::pair(b.delay, b.target);
  });
  size_t kept = 0;
  for (size_t i = 0; i < row.size(); ++i) {
    if (kept > 0 && row[kept - 1].same_place(row[i])) {
      row[kept - 1].weight += row[i].weight;
    } else {
      row[kept++] = row[i];
    }
  }
  row.resize(kept);
  std::erase_if(row, [](const Local& synapse) { return synapse.weight == 0; });
  if (row.empty()) {
    return;
  }
  std::vector<int32_t> weights;
  for (const Local& synapse : row) {
    weights.push_back(synapse.weight);
  }
  if (row.front().delay == row.back().delay) {
    const Segment extent = extent_of(row, builder.preset().lanes);
    const std::vector<int32_t> dense = fill(row, extent);
    const auto format = smallest_format(dense);
    if (format && format->row_words(extent.count) <= (row.size() + 1) / 2) {
      add_dense(builder, connection, source, extent, *format, dense, row.front().delay);
      return;
    }
  }
  add_sparse(builder, connection, source, row, format_of(builder, connection, source, weights));
}

}  // namespace

void lower_rows(PieceBuilder& builder, size_t connection) {
  const Connection& c = builder.network().connections[connection];
  const std::vector<uint32_t>& elements = builder.piece().elements;
  if (const auto* dense = std::get_if<DenseSynapses>(&c.synapses)) {
    const size_t sources = dense->weights.size() / builder.network().populations[c.target].size();
    std::vector<Local> row;
    for (size_t s = 0; s < sources; ++s) {
      row.clear();
      for (uint32_t n = 0; n < elements.size(); ++n) {
        const int32_t weight = elements[n] == kPadding ? 0 : dense->weights[elements[n] * sources + s];
        if (weight != 0) {
          row.push_back({0, n, weight});
        }
      }
      lower_row(builder, connection, static_cast<uint32_t>(s), row);
    }
    return;
  }
  const auto& sparse = std::get<SparseSynapses>(c.synapses);
  std::vector<uint32_t> local(builder.network().populations[c.target].size(), kPadding);
  for (uint32_t n = 0; n < elements.size(); ++n) {
    if (elements[n] != kPadding) {
      local[elements[n]] = n;
    }
  }
  std::map<uint32_t, std::vector<Local>> rows;
  for (const Synapse& synapse : sparse.synapses) {
    if (local[synapse.target] != kPadding) {
      rows[synapse.source].push_back({synapse.delay, local[synapse.target], synapse.weight});
    }
  }
  for (auto& [source, row] : rows) {
    lower_row(builder, connection, source, row);
  }
}

}  // namespace photic::host::snn
