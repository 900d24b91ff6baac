// SPDX-License-Identifier: Apache-2.0
// Cuts grow until every piece fits; a piece's fan-out depends on everybody's cuts, so that is looked at last.
#include "host/snn/partition.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "host/snn/snn_error.h"

namespace photic::host::snn {
namespace {

using Kind = SnnError::Kind;

Demand demand_of(const LoweredPiece& piece) {
  Demand demand;
  demand.used[Demand::kNeurons] = piece.piece.elements.size();
  demand.used[Demand::kAxons] = piece.axons.size();
  demand.used[Demand::kSynapseWords] = piece.synapse_words;
  demand.used[Demand::kWalks] = piece.walks.size();
  return demand;
}

[[noreturn]] void refuse(const std::string& place, size_t memory, size_t need, size_t have,
                         const std::string& where) {
  throw SnnError(Kind::kDoesNotFit, place, Demand::name(memory),
                 std::to_string(need) + " needed " + where + ", " + std::to_string(have) + " there (" +
                     std::to_string(need - have) + " too many)",
                 "use a larger device, a smaller network or fewer bits a weight");
}

class Partitioner {
 public:
  Partitioner(const IntegerNetwork& network, const abi::SpuPreset& preset, const PartitionOptions& options)
      : network_(network),
        preset_(preset),
        options_(options),
        capacity_(Demand::capacity(preset)),
        lowered_(network.populations.size()),
        parts_(network.populations.size(), 1) {}

  Partition run() {
    for (size_t p = 0; p < network_.populations.size(); ++p) {
      cut_until_it_fits(p);
    }
    size_t crowded = 0;
    while ((crowded = crowded_population()) != network_.populations.size()) {
      const double share = worst_fanout(crowded);
      parts_[crowded] = std::max(lowered_[crowded].size() + 1,
                                 static_cast<size_t>(static_cast<double>(lowered_[crowded].size()) * share));
      if (parts_[crowded] > std::min<size_t>(preset_.cores(), network_.populations[crowded].size())) {
        const auto words = static_cast<size_t>(std::ceil(share * preset_.fanout_words));
        refuse(network_.populations[crowded].name, Demand::kFanoutWords, words, preset_.fanout_words,
               "in a core by the fan-out of one piece");
      }
      cut_until_it_fits(crowded);
    }
    return pack();
  }

 private:
  void report(double done) const {
    if (options_.progress && !options_.progress(done)) {
      throw SnnError(Kind::kCancelled, "network", "", "mapping was cancelled", "map it again");
    }
  }

  /// Lowers population `p` with at least parts_[p] parts, more until every piece fits.
  void cut_until_it_fits(size_t p) {
    Demand worst;
    for (size_t parts = parts_[p]; parts <= preset_.cores();) {
      size_t next = parts + 1;
      for (const Cut& cut : cuts(network_, p, parts, preset_.neurons, preset_.lanes)) {
        report(static_cast<double>(p) / static_cast<double>(network_.populations.size()));
        if (lower_all(p, cut, worst)) {
          parts_[p] = parts;
          return;
        }
        const auto [memory, share] = worst.tightest(capacity_);
        // A cut never needs fewer than this: the words of a row only round up.
        if (memory == Demand::kSynapseWords && !is_tiled(network_, p)) {
          next = std::max(next, static_cast<size_t>(static_cast<double>(parts) * share * 0.9));
        }
      }
      parts = next;
    }
    const auto [memory, share] = worst.tightest(capacity_);
    if (share <= 1.0) {
      throw SnnError(Kind::kDoesNotFit, network_.populations[p].name, Demand::name(Demand::kNeurons),
                     std::to_string(network_.populations[p].size()) +
                         " neurons in rows of whole lanes: no cut into " + std::to_string(preset_.cores()) +
                         " pieces or fewer has pieces of " + std::to_string(preset_.neurons) + " neurons",
                     "use a larger device or a smaller population");
    }
    refuse(network_.populations[p].name, memory, worst.used[memory], capacity_.used[memory],
           "in one core by a piece of the finest cut");
  }

  /// False, with the demand at fault, as soon as a piece does not fit.
  bool lower_all(size_t p, const Cut& cut, Demand& worst) {
    std::vector<LoweredPiece> pieces;
    for (Piece& piece : cut_population(network_, p, cut, preset_.lanes)) {
      pieces.push_back(lower(network_, std::move(piece), preset_));
      const Demand demand = demand_of(pieces.back());
      if (!demand.fits(capacity_)) {
        worst = demand;
        return false;
      }
    }
    lowered_[p] = std::move(pieces);
    return true;
  }

  /// Fan-out entries of every element of a source.
  std::vector<size_t> entries(size_t source, size_t size) const {
    const bool listened = source != kInput && source < options_.listened.size() && options_.listened[source];
    std::vector<size_t> counts(size, listened ? 1 : 0);
    for (const auto& pieces : lowered_) {
      for (const LoweredPiece& piece : pieces) {
        if (const auto reach = piece.reach.find(source); reach != piece.reach.end()) {
          for (size_t e = 0; e < size; ++e) {
            counts[e] += reach->second[e].size();
          }
        }
      }
    }
    return counts;
  }

  std::vector<size_t> fanout_words(size_t p) const {
    const std::vector<size_t> counts = entries(p, network_.populations[p].size());
    std::vector<size_t> words;
    for (const LoweredPiece& piece : lowered_[p]) {
      size_t sum = 0;
      for (const uint32_t e : piece.piece.elements) {
        sum += e == kPadding ? 0 : counts[e];
      }
      words.push_back((sum + 1) / 2);
    }
    return words;
  }

  double worst_fanout(size_t p) const {
    const std::vector<size_t> words = fanout_words(p);
    return static_cast<double>(*std::max_element(words.begin(), words.end())) / preset_.fanout_words;
  }

  /// A population with a piece whose fan-out no core holds; their number if there is none.
  size_t crowded_population() const {
    size_t p = 0;
    while (p < network_.populations.size() && worst_fanout(p) <= 1.0) {
      ++p;
    }
    return p;
  }

  Partition pack() {
    check_io();
    Partition partition;
    for (size_t p = 0; p < lowered_.size(); ++p) {
      const std::vector<size_t> words = fanout_words(p);
      for (size_t i = 0; i < lowered_[p].size(); ++i) {
        partition.demands.push_back(demand_of(lowered_[p][i]));
        partition.demands.back().used[Demand::kFanoutWords] = words[i];
        partition.pieces.push_back(std::move(lowered_[p][i]));
      }
    }
    const size_t count = partition.pieces.size();
    if (count <= preset_.cores() && !options_.fewest_cores) {
      for (size_t i = 0; i < count; ++i) {
        partition.cores.push_back({i});
      }
      return partition;
    }
    fill_cores(partition);
    return partition;
  }

  /// First fit, the most demanding piece first.
  void fill_cores(Partition& partition) const {
    std::vector<size_t> order(partition.pieces.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      return partition.demands[a].tightest(capacity_).second >
             partition.demands[b].tightest(capacity_).second;
    });
    std::vector<Demand> filled;
    for (const size_t piece : order) {
      size_t core = 0;
      while (core < filled.size() &&
             !filled[core].with(partition.demands[piece], preset_.lanes).fits(capacity_)) {
        ++core;
      }
      if (core == filled.size()) {
        filled.emplace_back();
        partition.cores.emplace_back();
      }
      filled[core] = filled[core].with(partition.demands[piece], preset_.lanes);
      partition.cores[core].push_back(piece);
    }
    if (filled.size() > preset_.cores()) {
      Demand all;
      for (const Demand& demand : partition.demands) {
        all = all.with(demand, preset_.lanes);
      }
      const size_t memory = all.tightest(capacity_).first;
      throw SnnError(Kind::kDoesNotFit, "network", "cores",
                     std::to_string(filled.size()) + " needed, " + std::to_string(preset_.cores()) +
                         " there; the scarcest memory is " + Demand::name(memory) + ", of which " +
                         std::to_string(all.used[memory]) + " are needed and all cores have " +
                         std::to_string(capacity_.used[memory] * preset_.cores()),
                     "use a larger device, a smaller network or fewer bits a weight");
    }
  }

  void check_io() const {
    const size_t inputs = graph::elements(network_.input_shape);
    if (inputs > preset_.inputs) {
      refuse("input", Demand::kNeurons, inputs, preset_.inputs, "as sources of the input/output unit");
    }
    const std::vector<size_t> counts = entries(kInput, inputs);
    const size_t words = (std::accumulate(counts.begin(), counts.end(), size_t{0}) + 1) / 2;
    if (words > preset_.io_fanout_words) {
      refuse("input", Demand::kFanoutWords, words, preset_.io_fanout_words, "in the input/output unit");
    }
  }

  const IntegerNetwork& network_;
  const abi::SpuPreset& preset_;
  const PartitionOptions& options_;
  const Demand capacity_;
  std::vector<std::vector<LoweredPiece>> lowered_;
  std::vector<size_t> parts_;
};

}  // namespace

Demand Demand::capacity(const abi::SpuPreset& preset) {
  return {{preset.neurons, preset.axons, preset.synapse_words, preset.walks, preset.fanout_words}};
}

const char* Demand::name(size_t memory) {
  static constexpr std::array kNames{"neurons", "axons", "synapse words", "walks", "fan-out words"};
  return kNames[memory];
}

Demand Demand::with(const Demand& other, size_t lanes) const {
  Demand sum;
  for (size_t m = 0; m < kCount; ++m) {
    sum.used[m] = used[m] + other.used[m];
  }
  sum.used[kNeurons] = (used[kNeurons] + lanes - 1) / lanes * lanes + other.used[kNeurons];
  return sum;
}

bool Demand::fits(const Demand& capacity) const {
  return tightest(capacity).second <= 1.0;
}

std::pair<size_t, double> Demand::tightest(const Demand& capacity) const {
  std::pair<size_t, double> worst{0, 0.0};
  for (size_t m = 0; m < kCount; ++m) {
    const double share = static_cast<double>(used[m]) / static_cast<double>(capacity.used[m]);
    if (share > worst.second) {
      worst = {m, share};
    }
  }
  return worst;
}

Partition partition(const IntegerNetwork& network, const abi::SpuPreset& preset,
                    const PartitionOptions& options) {
  return Partitioner(network, preset, options).run();
}

}  // namespace photic::host::snn
