#include "gateway/pipeline/finish_resource.h"

#include "absl/status/status.h"
#include "gateway/base/json.h"
#include "gateway/base/strings.h"

namespace kgw::pipeline {
namespace {

constexpr std::string_view kMetaStart = R"("meta":{)";

// Sets the labels through a tree, whatever the mapper put into meta and wherever.
absl::StatusOr<std::string> LabelInTree(std::string_view resource, std::string_view codings) {
  auto document = json::Document::Parse(resource);
  if (!document.ok()) return document.status();
  auto labels = json::Document::Parse(StrCat("[", codings, "]"));
  if (!labels.ok()) return labels.status();
  json::Value& root = document->mutable_root();
  json::Value meta = root.Find("meta").is_object() ? root.Find("meta") : document->Object();
  json::Value security = document->Array();
  for (const json::Value& coding : meta.Find("security")) {
    document->Append(security, document->Copy(coding));
  }
  for (const json::Value& coding : labels->root()) {
    document->Append(security, document->Copy(coding));
  }
  document->Set(meta, "security", security);
  document->Set(root, "meta", meta);
  return json::ToText(document->root());
}

// Whether the labels can be written at the front of a meta that stands first, or in a new meta.
bool CanSplice(std::string_view rest) {
  const bool meta_first = rest.starts_with(kMetaStart);
  if (!meta_first) return rest.find(kMetaStart) == rest.npos;
  const std::string_view meta = rest.substr(kMetaStart.size());
  return !meta.starts_with("}") && meta.find(R"("security":)") == meta.npos &&
         meta.find(kMetaStart) == meta.npos;
}

void AppendHead(std::string* out, std::string_view head, std::string_view id,
                std::string_view codings, bool meta_first) {
  StrAppend(out, head, R"("id":")", id, R"(",)", kMetaStart, R"("security":[)", codings, "]",
            meta_first ? "," : "},");
}

}  // namespace

absl::StatusOr<std::string> FinishResource(std::string_view mapped, std::string_view type,
                                           std::string_view id, std::string_view security_codings,
                                           const fhir::Findings& findings,
                                           ReferenceResolver& resolver) {
  const std::string head = StrCat(R"({"resourceType":")", type, R"(",)");
  if (!mapped.starts_with(head)) {
    return absl::InvalidArgumentError(
        StrCat("a mapped resource must begin with ", head, " and go on without white space"));
  }
  const bool splice = CanSplice(mapped.substr(head.size()));
  std::string out;
  out.reserve(mapped.size() + 512);
  size_t copied = head.size();
  if (splice) {
    const bool meta_first = mapped.substr(copied).starts_with(kMetaStart);
    AppendHead(&out, head, id, security_codings, meta_first);
    if (meta_first) copied += kMetaStart.size();
  } else {
    StrAppend(&out, head, R"("id":")", id, R"(",)");
  }
  for (const fhir::ReferenceSpan& span : findings.references) {
    auto resolved = resolver.Resolve(mapped.substr(span.offset, span.size));
    if (!resolved.ok()) return resolved.status();
    if (resolved->empty()) continue;
    out.append(mapped, copied, span.offset - copied);
    out.append(*resolved);
    copied = span.offset + span.size;
  }
  out.append(mapped.substr(copied));
  return splice ? out : LabelInTree(out, security_codings);
}

}  // namespace kgw::pipeline
