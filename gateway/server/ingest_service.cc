#include "gateway/server/ingest_service.h"

#include <string>
#include <utility>
#include <vector>

#include "gateway/base/strings.h"
#include "gateway/base/violation.h"
#include "gateway/record/record.h"
#include "gateway/server/byte_buffer.h"
#include "gateway/server/caller_of.h"
#include "gateway/server/messages.h"
#include "gateway/server/status_details.h"
#include "gateway/server/submit_stream.h"
#include "gateway/server/unary.h"
#include "gateway/v1/ingest.grpc.pb.h"

namespace kgw::server {
namespace {

using Generated = pb::IngestService;
using Base = Generated::WithRawCallbackMethod_Submit<
    Generated::WithRawCallbackMethod_SubmitStream<Generated::WithRawCallbackMethod_Preview<
        Generated::WithCallbackMethod_GetRecord<Generated::Service>>>>;

class IngestService final : public Base {
 public:
  explicit IngestService(const IngestParts& parts) : parts_(parts) {}

  grpc::ServerUnaryReactor* Submit(grpc::CallbackServerContext* context,
                                   const grpc::ByteBuffer* request,
                                   grpc::ByteBuffer* response) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    intake::Submission submission;
    if (absl::Status status = Admit(*context, *request, submission); !status.ok()) {
      reactor->Finish(ToGrpc(status));
      return reactor;
    }
    submission.bytes = TakeBytes(const_cast<grpc::ByteBuffer*>(request));
    submission.done = [reactor, response](absl::StatusOr<intake::Answer> answer) {
      if (answer.ok()) {
        pb::SubmitResponse message;
        FillAnswer(*answer, &message);
        *response = BufferOf(message);
      }
      reactor->Finish(ToGrpc(answer.status()));
    };
    parts_.intake.Submit(std::move(submission));
    return reactor;
  }

  SubmitStreamReactor* SubmitStream(grpc::CallbackServerContext* context) override {
    return ServeSubmitStream({parts_.rules, parts_.budget, parts_.intake, parts_.streams}, context);
  }

  grpc::ServerUnaryReactor* Preview(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override {
    auto submission = std::make_shared<intake::Submission>();
    if (absl::Status status = Admit(*context, *request, *submission); !status.ok()) {
      grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
      reactor->Finish(ToGrpc(status));
      return reactor;
    }
    submission->bytes = TakeBytes(const_cast<grpc::ByteBuffer*>(request));
    return AnswerFrom(parts_.workers, context, [this, submission, response] {
      pb::PreviewResponse message;
      absl::Status status = MakePreview(*submission, &message);
      if (status.ok()) *response = BufferOf(message);
      submission->ticket.Release();
      return status;
    });
  }

  grpc::ServerUnaryReactor* GetRecord(grpc::CallbackServerContext* context,
                                      const pb::GetRecordRequest* request,
                                      pb::GetRecordResponse* response) override {
    return AnswerFrom(parts_.workers, context, [this, context, request, response] {
      return Look(*context, *request, response);
    });
  }

 private:
  // Who calls, and room for what is sent.
  absl::Status Admit(const grpc::CallbackServerContext& context, const grpc::ByteBuffer& request,
                     intake::Submission& submission) {
    const std::shared_ptr<const intake::Rules> rules = parts_.rules.Get();
    absl::StatusOr<std::string> caller = CallerOf(context, *rules->access);
    if (!caller.ok()) return caller.status();
    absl::Status allowed = rules->access->CheckGrant(*caller, access::Grant::kSubmit);
    if (!allowed.ok()) return allowed;
    if (request.Length() > rules->limits.max_bytes) {
      return InvalidFields(
          {{"", StrCat("the message has ", request.Length(), " bytes; at most ",
                       rules->limits.max_bytes, " are taken (limits.message_bytes)")}});
    }
    absl::StatusOr<intake::AdmissionBudget::Ticket> ticket =
        parts_.budget.Take(*caller, request.Length());
    if (!ticket.ok()) return ticket.status();
    submission.ticket = *std::move(ticket);
    submission.caller = *std::move(caller);
    submission.deadline = DeadlineOf(context);
    submission.cancelled = [&context] { return context.IsCancelled(); };
    return absl::OkStatus();
  }

  absl::Status MakePreview(intake::Submission& submission, pb::PreviewResponse* out) {
    const std::shared_ptr<const intake::Rules> rules = parts_.rules.Get();
    absl::StatusOr<record::Record> record =
        record::Decode(std::move(submission.bytes), rules->limits);
    if (!record.ok()) return record.status();
    absl::Status allowed = rules->access->Check(submission.caller, access::Grant::kSubmit,
                                                record->key.name.tenant, record->key.name.source);
    if (!allowed.ok()) return allowed;
    const std::vector<absl::StatusOr<pipeline::Processed>> processed =
        rules->pipeline->Process({{&*record}}, rules->mapping_timeout);
    if (!processed[0].ok()) return processed[0].status();
    FillPreview(*processed[0], out);
    return absl::OkStatus();
  }

  absl::Status Look(const grpc::CallbackServerContext& context, const pb::GetRecordRequest& request,
                    pb::GetRecordResponse* out) {
    absl::StatusOr<RecordKey> key = KeyOf(request.key(), /*newest=*/true);
    if (!key.ok()) return key.status();
    const std::shared_ptr<const intake::Rules> rules = parts_.rules.Get();
    const access::Access& access = *rules->access;
    absl::StatusOr<std::string> caller = CallerOf(context, access);
    if (!caller.ok()) return caller.status();
    const RecordName& name = key->name;
    absl::Status allowed = access.Check(*caller, access::Grant::kRead, name.tenant, name.source);
    if (!allowed.ok()) return allowed;
    absl::StatusOr<store::RecordRow> row = parts_.store.GetRecord(*key);
    if (!row.ok()) return row.status();
    FillStored(*row, out);
    if (!access.CheckGrant(*caller, access::Grant::kBodies).ok()) {
      LeaveOutClinical(out);
      return absl::OkStatus();
    }
    if (row->state == store::RecordState::kRejected) return absl::OkStatus();
    absl::StatusOr<std::string> bytes = parts_.store.GetRecordBytes(row->key);
    if (!bytes.ok()) return bytes.status();
    if (!out->mutable_record()->ParseFromString(*bytes)) {
      return absl::DataLossError("the stored record cannot be read");
    }
    return absl::OkStatus();
  }

  const IngestParts parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeIngestService(const IngestParts& parts) {
  return std::make_unique<IngestService>(parts);
}

}  // namespace kgw::server
