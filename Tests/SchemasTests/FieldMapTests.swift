import Testing

@testable import Schemas

@Suite("What a field map tells of the fields that were asked for")
struct FieldMapTests {
    private static let dataset = "Endpoint.Registry"
    private static let processes = "Endpoint.Processes"

    private func map(_ names: [String]) throws -> FieldMap {
        try FieldMap(
            schema: .shared,
            requests: names.map { FieldMap.Request(view: .dataset(Self.dataset), name: $0) }, views: [])
    }

    @Test("is which sources have no value for one")
    func sources() throws {
        let map = try map(["registry_value_data", "registry_path"])
        let names = map.sourceNames(of: try #require(map.dataset(Self.dataset)))
        func sources(having field: String) -> Set<String> {
            let request = FieldMap.Request(view: .dataset(Self.dataset), name: field)
            return Set(names.indices.filter { map.mayHave(request, inSource: $0) }.map { names[$0] })
        }
        #expect(sources(having: "registry_path") == Set(names))
        let withoutData = Set(names).subtracting(sources(having: "registry_value_data"))
        #expect(withoutData == ["Sysmon registry key or value made or deleted", "Security access to a registry key"])
        // Of what was not asked for nothing is known.
        #expect(sources(having: "user") == Set(names))
    }

    @Test("is which texts are not in the line where a value has them")
    func texts() throws {
        let names = ["registry_path", "registry_value_name", "vendor_product", "action", "dest", "registry_value_type"]
        let map = try map(names)
        func texts(_ field: String) -> Set<String>? {
            map.textsBesideLine(of: FieldMap.Request(view: .dataset(Self.dataset), name: field)).map { texts in
                Set(texts.map { String(decoding: $0, as: UTF8.self) })
            }
        }
        #expect(texts("registry_value_name") == [])
        #expect(texts("registry_path") == ["HKLM\\", "HKU\\", "HKCU\\", "HKCR\\"])
        #expect(texts("vendor_product")?.contains("Microsoft Sysmon") == true)
        #expect(texts("action")?.contains("created") == true)
        #expect(texts("user") == nil)
    }

    @Test(
        "is that what searches look for in processes, files and the registry stands in the line, whatever tells of it",
        arguments: [
            (
                Self.processes,
                ["process", "process_name", "process_path", "parent_process", "parent_process_name"]
            ),
            ("Endpoint.Filesystem", ["file_name", "file_path"]),
            ("Endpoint.Registry", ["registry_path", "registry_value_name", "registry_value_data"]),
        ])
    func linesAreToldBeforeTheyAreParsed(dataset: String, fields: [String]) throws {
        let requests = fields.map { FieldMap.Request(view: .dataset(dataset), name: $0) }
        let map = try FieldMap(schema: .shared, requests: requests, views: [])
        // A mapping that puts such a text together out of parts would have every line parsed that may be one of the dataset.
        for request in requests { #expect(map.textsBesideLine(of: request) != nil, "\(request.name)") }
    }

    @Test("is that no process is told by a key that every shipper's lines have")
    func keysOfProcesses() {
        let told = Schema.shared.tellingKeys(ofDataset: Self.processes)
        #expect(!told.isEmpty && !told.contains { $0 == nil })
        let keys = Set(told.compactMap(\.self).joined().filter { $0.texts == nil }.map(\.key))
        #expect(keys.isDisjoint(with: ["message", "Message", "MESSAGE", "msg", "log", "body", "event", "host"]))
    }

    @Test("has the values that each field has alone, however many fields two threads have made")
    func fieldsOfTwoThreads() throws {
        let schema = Schema.shared
        let views: [(view: FieldMap.View, names: [String])] = [
            (
                .events,
                schema.eventSources.flatMap(\.fields.keys) + ["EventData_Xml", "CommandLine", "Image", "EventID"]
            ),
            (.dataset(Self.processes), schema.fieldNames(ofDataset: Self.processes).sorted()),
            (.dataset(Self.dataset), schema.fieldNames(ofDataset: Self.dataset).sorted()),
            (
                .logsource("product=windows category=process_creation"),
                ["CommandLine", "Image", "User", "Hashes", "Data.a.b"]
            ),
        ]
        let requests = views.flatMap { view, names in
            Set(names).sorted().map { FieldMap.Request(view: view, name: $0) }
        }
        let all = try FieldMap(schema: schema, requests: requests, views: [])
        try #require(all.fieldCount > 128)
        let lines = try MappingCase.all().flatMap(\.lines)
        let reader = EventReader(map: all, zone: .utc)
        for start in stride(from: 0, to: requests.count, by: 60) {
            let some = requests[start..<min(start + 60, requests.count)]
            let own = try FieldMap(schema: schema, requests: some, views: [])
            let alone = EventReader(map: own, zone: .utc)
            for line in lines {
                Array(line.utf8).withUnsafeBytes { bytes in
                    #expect(reader.read(bytes) == nil && alone.read(bytes) == nil)
                    for (field, request) in some.enumerated() {
                        func texts(_ values: FieldValues) -> [[UInt8]] { (0..<values.count).map { Array(values[$0]) } }
                        let together = texts(reader.values(of: start + field))
                        #expect(together == texts(alone.values(of: field)), "\(request.name) of \(line)")
                    }
                }
            }
        }
    }
}
