#ifndef GATEWAY_INTAKE_STORED_FORM_H_
#define GATEWAY_INTAKE_STORED_FORM_H_

#include "absl/time/time.h"
#include "gateway/intake/rules.h"
#include "gateway/pipeline/pipeline.h"
#include "gateway/record/record.h"
#include "gateway/store/new_version.h"

namespace kgw::intake {

// What the store keeps of a record and of what the pipeline made of it. Takes the bytes out of
// both.
store::NewVersion StoredForm(record::Record record, pipeline::Processed processed,
                             const Rules& rules, absl::Time received_at);
// Of a record whose key is stored already: enough for the store to compare and count.
store::NewVersion StoredFormOfKnown(record::Record record, const Rules& rules,
                                    absl::Time received_at);

}  // namespace kgw::intake

#endif  // GATEWAY_INTAKE_STORED_FORM_H_
