#include <gtest/gtest.h>

#include <limits>

#include "gateway/base/json.h"
#include "gateway/base/strings.h"

namespace kgw::json {
namespace {

Document Parsed(std::string_view text) {
  absl::StatusOr<Document> document = Document::Parse(text);
  EXPECT_TRUE(document.ok()) << document.status();
  return document.ok() ? *std::move(document) : Document();
}

TEST(Value, ReadsWhatIsThereAndAnswersNullOtherwise) {
  const Document document = Parsed(R"({"a":[1,"two",true],"n":null,"o":{"x":"y"}})");
  const Value& root = document.root();
  EXPECT_EQ(root.size(), 3u);
  EXPECT_EQ(root.Find("a").size(), 3u);
  EXPECT_EQ(root.Find("a")[0].text(), "1");
  EXPECT_EQ(root.Find("a")[1].text(), "two");
  EXPECT_TRUE(root.Find("a")[2].boolean());
  EXPECT_TRUE(root.Find("a")[3].is_null());
  EXPECT_TRUE(root.Find("missing").is_null());
  EXPECT_TRUE(root.Find("a").Find("x").is_null());
  EXPECT_TRUE(root.Find("n").is_null());
  EXPECT_TRUE(root.Has("n"));
  EXPECT_FALSE(root.Has("missing"));
  EXPECT_EQ(root.Find("o").TextOf("x"), "y");
  EXPECT_EQ(root.TextOf("o"), "");
}

TEST(Value, WholeNumbersOnly) {
  const Document document =
      Parsed(R"([9223372036854775807,"-5",1.0,1e3,9223372036854775808,"","x",true])");
  const Value& root = document.root();
  EXPECT_EQ(root[0].AsInt64().value_or(0), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(root[1].AsInt64().value_or(0), -5);
  for (size_t i = 2; i < root.size(); ++i) EXPECT_FALSE(root[i].AsInt64().ok()) << i;
}

TEST(Document, WritesBackWhatItRead) {
  for (const char* text :
       {R"({"z":1.50,"a":[],"m":{},"e":"\"\\\b\f\n\r\t\u0001\u001f/é"})", "[[[[1],2],3],null]",
        R"("")", "0.000", "-12.30E+5", "[true,false,null]"}) {
    EXPECT_EQ(ToText(Parsed(text).root()), text);
  }
}

TEST(Document, CanonicalTextSortsMembersAtEveryLevel) {
  EXPECT_EQ(ToCanonicalText(Parsed(R"({"b":[{"d":1,"c":{"f":2,"e":3}}],"a":1.0})").root()),
            R"({"a":1.0,"b":[{"c":{"e":3,"f":2},"d":1}]})");
}

TEST(Document, Builds) {
  Document document;
  Value object = document.Object();
  for (int i = 0; i < 100; ++i) document.Set(object, StrCat("k", i), document.Integer(i));
  document.Set(object, "k5", document.Text("five"));
  for (int i = 6; i < 100; ++i) document.Remove(object, StrCat("k", i));
  document.Remove(object, "never there");
  Value array = document.Array();
  for (int i = 0; i < 9; ++i) document.Append(array, document.Number("1.0"));
  document.Append(array, Document::Boolean(true));
  document.Append(array, Value());
  document.Set(object, "list", array);
  document.SetRoot(object);
  EXPECT_EQ(ToText(document.root()), R"({"k0":0,"k1":1,"k2":2,"k3":3,"k4":4,"k5":"five",)"
                                     R"("list":[1.0,1.0,1.0,1.0,1.0,1.0,1.0,1.0,1.0,true,null]})");
}

TEST(Document, ChangesWhatWasParsed) {
  Document document = Parsed(R"({"list":[1,2,3],"a":1})");
  Value& root = document.mutable_root();
  Value list = root.Find("list");
  for (int i = 4; i < 12; ++i) document.Append(list, document.Integer(i));
  document.Set(root, "list", list);
  document.Set(root, "b", document.Text("new"));
  EXPECT_EQ(ToText(document.root()), R"({"list":[1,2,3,4,5,6,7,8,9,10,11],"a":1,"b":"new"})");
}

TEST(Document, ACopyOutlivesItsSource) {
  Document copy;
  {
    const Document source = Parsed(R"({"a":["text",{"b":[1,2]}]})");
    copy.SetRoot(copy.Copy(source.root()));
  }
  EXPECT_EQ(ToText(copy.root()), R"({"a":["text",{"b":[1,2]}]})");
}

TEST(Document, DeepTreesMadeByHandNeedNoStack) {
  Document document;
  Value value = document.Array();
  for (int i = 0; i < 1'000'000; ++i) {
    Value outer = document.Array();
    document.Append(outer, value);
    value = outer;
  }
  document.SetRoot(value);
  EXPECT_EQ(ToText(document.root()).size(), 2'000'002u);
  EXPECT_EQ(ToCanonicalText(document.root()).size(), 2'000'002u);
}

TEST(Writer, PlacesCommas) {
  std::string text;
  Writer writer(&text);
  writer.StartObject();
  writer.Field("a", "x");
  writer.Key("b");
  writer.StartArray();
  writer.Integer(std::numeric_limits<int64_t>::min());
  writer.Raw("{}");
  writer.Null();
  writer.StartObject();
  writer.EndObject();
  writer.Bool(false);
  writer.EndArray();
  writer.Key("c");
  writer.Number("1.50");
  writer.EndObject();
  EXPECT_EQ(text, R"({"a":"x","b":[-9223372036854775808,{},null,{},false],"c":1.50})");
}

TEST(Writer, EscapesAtEveryPosition) {
  for (const char escape : {'"', '\\', '\n', '\x01', '\x1f'}) {
    for (size_t at = 0; at < 20; ++at) {
      std::string value(20, 'a');
      value[at] = escape;
      value[19 - at] = value[19 - at] == 'a' ? '\x7F' : value[19 - at];
      std::string text;
      Writer(&text).String(value);
      EXPECT_EQ(Parsed(text).root().text(), value);
      EXPECT_GT(text.size(), 22u);
    }
  }
}

}  // namespace
}  // namespace kgw::json
