import Testing

@testable import Hunting

@Suite("An archive without an event a line")
struct ArchiveFormTests {
    /// As a subscription to CloudWatch's logs delivers events.
    private static func delivery(_ messages: String...) -> String {
        let events = messages.map { "{\"id\":\"1\",\"timestamp\":1700000000000,\"message\":\"\($0)\"}" }
        return "{\"messageType\":\"DATA_MESSAGE\",\"owner\":\"1\",\"logGroup\":\"g\",\"logEvents\":["
            + events.joined(separator: ",") + "]}"
    }

    private static let control = "{\"messageType\":\"CONTROL_MESSAGE\",\"logEvents\":[{\"message\":\"CWL\"}]}"

    private func reason(_ content: String) async throws -> String? {
        let folder = try TemporaryFolder()
        let file = try folder.write(content, to: "a.json")
        let report = try await hunt(try searchRule("* | stats count"), in: [file])
        #expect(report.unfit.allSatisfy { $0.path == file })
        return report.unfit.first?.reason
    }

    @Test(
        "is told with the command that makes lines of it",
        arguments: [
            ("{\"Records\":[{\"a\":1},{\"a\":2}]}\n", "jq -c '.Records[]'"),
            ("{\"Records\":[{\"a\":1}]}\n{\"Records\":[{\"a\":2}]}\n", "jq -c '.Records[]'"),
            ("\u{FEFF}{ \"value\" : [ {\"a\":1} ] }", "jq -c '.value[]'"),
            ("[{\"a\":1},\n{\"a\":2}]\n", "jq -c '.[]'"), ("[\n{\"a\":1},\n{\"a\":2}\n]\n", "jq -c '.[]'"),
            ("{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}\n", "jq -c . makes"),
            (delivery("a", "b") + "\n", "jq -c '.logEvents[]'"),
            (
                control + "\n" + delivery("a") + "\n" + delivery("{\\\"message\\\":\\\"x\\\"}", "b"),
                "jq -c '.logEvents[]'"
            ),
            (delivery("a", "b") + delivery("c"), "jq -c '.logEvents[]'"),
            (
                "{\"took\":1,\"_shards\":{\"a\":[1]},\"hits\":{\"total\":{\"value\":1},\"hits\":[{\"_source\":{\"a\":1}}]}}\n",
                "jq -c '.hits.hits[]'"
            ),
            ("{\"@odata.context\":\"x\\\"[{\",\"value\":[{\"a\":1}]}\n", "jq -c '.value[]'"),
            ("{\"Schema\":[{\"Name\":\"a\"}],\"Results\":[{\"a\":1}]}", "jq -c '.Results[]'"),
            ("{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\"}],\"rows\":[[1]]}]}", "as $names"),
            (
                "{\"status\":\"success\",\"data\":{\"resultType\":\"streams\",\"result\":[{\"stream\":{},\"values\":[]}]}}",
                ".data.result[]"
            ),
            ("{\"a\":1},\n{\"a\":2} , \r\n", "sed 's/,[[:space:]]*$//' makes"),
            ("{\"a\":1},\n{\"a\":2}\n", "sed 's/,[[:space:]]*$//' makes"),
            ("{\"a\":1},\n{\"a\":\n", "none of its lines is a JSON object"),
            ("time,user\n1,bob\n", "none of its lines is a JSON object"),
            ("{\"a\":1}{\"a\":2}\n", "none of its lines is a JSON object"),
        ])
    func told(content: String, command: String) async throws {
        let reason = try await reason(content)
        #expect(reason?.contains(command) == true, "\(reason ?? "nothing")")
    }

    @Test(
        "is not what has events, or nothing at all",
        arguments: [
            "", "\n\n", "{\"a\":1}\n", "oops\n{\"a\":1}\n", "{\"a\":1},\n{\"a\":1}\n{\"a\":1}\n",
            "{\"answers\":[{\"a\":1}]}\n", "{\"user\":\"b\",\"value\":[{\"a\":1}]}\n",
            "{\"status\":\"up\",\"list\":[{\"value\":[{\"a\":1}]}]}\n",
            "{\"status\":\"up\",\"host\":{\"value\":[{\"a\":1}]}}\n",
            "{\"data\":{\"result\":\"x\"}}\n",
            delivery("{\\\"message\\\":\\\"x\\\",\\\"message\\\":\\\"y\\\"}") + "\n" + control + "\n",
            "{\"data\":[{\"a\":1}]}\n{\"data\":[{\"a\":1}]}\n",
        ])
    func untold(content: String) async throws {
        #expect(try await reason(content) == nil)
    }
}
