// SPDX-License-Identifier: Apache-2.0
// Graphs from and to NIR files: HDF5 in the layout of the Python package `nir`, versions 0.x and 1.x.
#pragma once

#include <filesystem>

#include "host/graph/graph_file_error.h"
#include "host/hdf5/hdf5.h"
#include "models/graph/graph.h"

namespace photic::host {

/// The graph in `file`, with nothing left to infer (graph::resolve) and every rule of graph::infer_shapes
/// kept. Files of version 0.x may lack v_reset (then 0) and w_in (then 1); a convolution may lack its bias;
/// single values stand for arrays; padding is a number, a pair, "same" (stride 1 only) or "valid". Metadata
/// of a graph becomes text, that of a node lies under "<node>/<key>"; metadata that is not one value is left
/// out. Throws IoError, hdf5::Hdf5Error or GraphFileError.
graph::Graph read_nir(const std::filesystem::path& file, const hdf5::Limits& limits = {});

/// Replaces `file` by one that read_nir turns into graph::resolve(graph) and the Python package reads. Throws
/// GraphFileError for a graph that infer_shapes refuses, for a padding NIR has no words for (two ends that
/// differ, but for "same") and for names HDF5 cannot hold; IoError if the file cannot be written.
void write_nir(const graph::Graph& graph, const std::filesystem::path& file);

/// The two halves in between: the members of a NIR file, and back. `file` names it in errors.
graph::Graph graph_from_tree(const hdf5::Group& root, const std::string& file);
hdf5::Group tree_from_graph(const graph::Graph& graph, const std::string& file);

}  // namespace photic::host
