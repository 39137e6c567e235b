#ifndef TESTS_BENCH_INGEST_MAPPING_H_
#define TESTS_BENCH_INGEST_MAPPING_H_

#include <memory>
#include <string>

#include "gateway/fhir/base_check.h"
#include "gateway/pipeline/pipeline.h"
#include "gateway/plugin/plugin_set.h"
#include "gateway/record/record.h"

namespace kgw::bench {

// Bytes of a record's bodies after zstd at its level 1.
struct Bodies {
  double stored = 0;      // the record as received, and all its resources together
  double one_by_one = 0;  // the record as received, and each resource by itself
};

// The road from bytes to resources in this process, with the mapper as it is shipped. Dies where a
// record does not come through.
class Mapping {
 public:
  Mapping();

  record::Record Decode(const std::string& wire) const;
  plugin::MapResult Map(const record::Record& record) const;
  // Map, check, labels and ids: all between decoding and the store.
  pipeline::Processed Process(const record::Record& record) const;
  Bodies BodiesOf(const std::string& wire) const;

 private:
  std::unique_ptr<plugin::PluginSet> set_;
  std::unique_ptr<plugin::Mapper> mapper_;
  const fhir::BaseR4Validator validator_;
  std::unique_ptr<pipeline::Pipeline> pipeline_;
};

// How many bytes a text has after zstd at its level 1.
size_t CompressedSize(const std::string& text);

}  // namespace kgw::bench

#endif  // TESTS_BENCH_INGEST_MAPPING_H_
