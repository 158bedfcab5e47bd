import Events
import Testing

@testable import Schemas

@Suite("All domains of an event")
struct DomainTests {
    private static let map = try! FieldMap(
        schema: Schema.shared,
        requests: ["EventType", "Image", "Missing"].map {
            FieldMap.Request(view: .logsource("product=windows category=registry_add"), name: $0)
        },
        views: Schema.shared.logsourceNames.map { .logsource($0) } + [.dataset("Endpoint.Processes"), .events])

    private let lines = [
        #"{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Image":"a"}"#,
        #"{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/operational"}"#,
        #"{"EventID":12,"Channel":"Microsoft-Windows-Sysmon/Operational","EventType":"CreateKey","Image":"a"}"#,
        #"{"EventID":12,"Channel":"Microsoft-Windows-Sysmon/Operational","EventType":"DeleteKey"}"#,
        #"{"EventID":12,"Channel":"Microsoft-Windows-Sysmon/Operational","Image":null}"#,
        #"{"EventID":12,"Channel":"Microsoft-Windows-Sysmon/Operational","Image":""}"#,
        #"{"EventID":4688,"Channel":"Security"}"#,
        #"{"EventID":4688,"SourceName":"Microsoft-Windows-Security-Auditing"}"#,
        #"{"event_simpleName":"ProcessRollup2"}"#, #"{"event_simpleName":"ProcessRollup2","event_platform":"Lin"}"#,
        #"{"process_name":"x"}"#, #"{"EventID":"abc","Channel":"Security"}"#, #"{"a":1}"#, "{}",
    ]

    @Test("are the same ones that are found one by one, however often a header comes")
    func same() {
        let reader = EventReader(map: Self.map, zone: .utc)
        let plain = EventReader(map: Self.map, zone: .utc)
        let long = "{\"EventID\":1,\"Channel\":\"\(String(repeating: "x", count: 5000))\"}"
        for line in lines + lines.reversed() + [long] + lines {
            Array(line.utf8).withUnsafeBytes { bytes in
                #expect(reader.read(bytes) == nil && plain.read(bytes) == nil)
                let one = (0..<Self.map.datasetCount).filter {
                    $0 != Self.map.tables.eventsDataset && plain.source(in: $0) >= 0
                }
                #expect(reader.domains().map { Int($0) } == one, "\(line)")
                for index in one { #expect(reader.source(in: index) == plain.source(in: index), "\(line)") }
            }
        }
    }

    @Test("are right after more headers than are remembered")
    func many() {
        let reader = EventReader(map: Self.map, zone: .utc)
        let security = Self.map.logsource("product=windows service=security")
        for number in 0..<5000 {
            let channel = number.isMultiple(of: 3) ? "Security" : "Other \(number)"
            Array("{\"EventID\":\(number),\"Channel\":\"\(channel)\"}".utf8).withUnsafeBytes { bytes in
                #expect(reader.read(bytes) == nil)
                let isFound = reader.domains().contains { Int($0) == security }
                #expect(isFound == number.isMultiple(of: 3), "\(number)")
            }
        }
    }

    @Test("count how many of their events have each field")
    func presence() throws {
        let reader = EventReader(map: Self.map, zone: .utc)
        for line in lines {
            Array(line.utf8).withUnsafeBytes { bytes in
                #expect(reader.read(bytes) == nil)
                reader.countPresence()
            }
        }
        let view = "product=windows category=registry_add"
        #expect(reader.eventCount(of: try #require(Self.map.logsource(view))) == 3)
        for (name, count) in ["EventType": 1, "Image": 2, "Missing": 0] {
            let field = try #require(Self.map.field(FieldMap.Request(view: .logsource(view), name: name)))
            #expect(reader.presenceCount(of: field) == count, "\(name)")
        }
    }
}

@Suite("All scalar values of an event")
struct ScalarTests {
    private func scalars(_ line: String) throws -> [String] {
        let reader = EventReader(map: try FieldMap(schema: Schema.shared, requests: [], views: []), zone: .utc)
        return Array(line.utf8).withUnsafeBytes { bytes in
            #expect(reader.read(bytes) == nil, "\(line)")
            let found = (0..<reader.scalars.count).map { String(decoding: reader.scalars[$0], as: UTF8.self) }
            return found
        }
    }

    @Test("are told one by one: nested, in arrays, numbers as written, without names, nulls and empty texts")
    func json() throws {
        #expect(
            try scalars(#"{"a":"x","b":{"c":[1.50,{"d":"y"},[true,[false]]]},"e":null,"f":"","g" : -2e3 }"#)
                == ["x", "1.50", "y", "true", "false", "-2e3"])
        #expect(try scalars(#"{"a\"b:":"c\\","d":"\"e\" : \u0041{"}"#) == [#"c\"#, #""e" : A{"#])
        #expect(try scalars(#"{"k":[],"l":{},"m":[[],{"n":{}}]}"#) == [])
        #expect(try scalars("{}") == [])
    }

    @Test("of an event in a wrapper are its own")
    func wrapped() throws {
        #expect(try scalars(#"{"preview":"p","result":{"a":"x","b":["y"]},"last":"z"}"#) == ["x", "y"])
        #expect(try scalars(#"{"_index":"i","_source":{"a":{"b":1}},"sort":[2]}"#) == ["1"])
    }

    @Test("of a Splunk export are those beside _raw and those in it")
    func raw() throws {
        #expect(
            try scalars(#"{"result":{"host":"h","_raw":"{\"a\":\"x\\\\y\",\"b\":[1]}","c":"d"}}"#)
                == ["h", "d", #"x\y"#, "1"])
        #expect(
            try scalars(
                #"{"_raw":"<Event xmlns='n'><System><Provider Name='P'/></System><EventData><Data Name='Key'>a &amp; b</Data></EventData></Event>","s":"t"}"#
            ) == ["t", "P", "a & b"])
        #expect(try scalars(#"{"_raw":"Jan 1 sshd[1]: key=value\n","s":"t"}"#) == ["Jan 1 sshd[1]: key=value\n", "t"])
        #expect(try scalars(#"{"_raw":"{\"a\":\"x\",\"b\":\"cut","s":"t"}"#) == ["t", "x"])
    }
}
