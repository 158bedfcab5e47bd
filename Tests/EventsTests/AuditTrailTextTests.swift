import Testing

@testable import Events

@Suite("Records of Splunk's audit trail")
struct AuditTrailTextTests {
    private func pairs(_ text: String) -> [String]? {
        EventsTests.pairs(of: text, AuditTrailText.init) { $0.read($1) }
    }

    @Test("have values with spaces, to the next comma, bracket or name")
    func plain() {
        #expect(
            pairs("Audit:[timestamp=05-01-2024 10:00:00.123, user=ann, action=login attempt, info=failed][n/a]")
                == ["timestamp|05-01-2024 10:00:00.123", "user|ann", "action|login attempt", "info|failed"])
        #expect(
            pairs(
                "Audit:[user=ann, info=failed reason=user-initiated useragent=\"Mozilla/5.0 (X; a=b)\" clientip=10.0.0.9]"
            )
                == [
                    "user|ann", "info|failed", "reason|user-initiated", "useragent|Mozilla/5.0 (X; a=b)",
                    "clientip|10.0.0.9",
                ])
    }

    @Test("have values in marks, which may hold marks, commas and brackets")
    func marked() {
        #expect(
            pairs(
                "Audit:[search_id='1.2', savedsearch_name=\"\", search='search a=\"b, c\" [x] | eval y='z' | head 1']")
                == ["search_id|1.2", "savedsearch_name|", "search|search a=\"b, c\" [x] | eval y='z' | head 1"])
    }

    @Test("are told by their beginning, and end wherever they are cut off")
    func ends() {
        #expect(pairs("audit: a=1") == nil)
        #expect(pairs("Audit:[") == [])
        #expect(pairs("Audit:[a=") == ["a|"])
        #expect(pairs("Audit:[a='x") == ["a|x"])
        #expect(pairs("Audit:[=, -a=1, b=2") == ["a|1", "b|2"])
    }
}
