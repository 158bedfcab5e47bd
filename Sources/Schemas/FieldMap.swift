public import Events
import Values

/// The fields that a set of plans asks for, resolved against a schema: for each shape an event may have, where each
/// field's value stands. Made once; shared by all workers.
public struct FieldMap: Sendable {
    /// What a field name means.
    public enum View: Hashable, Sendable {
        /// An event's own field names.
        case events
        /// A data model's field names, on the events that belong to the dataset.
        case dataset(String)
    }

    /// A field of a view, as plans refer to it while they run.
    public typealias Field = Int

    /// A dataset as the reader tests for it.
    public typealias DatasetIndex = Int

    struct Variant: Sendable {
        var name: Text
        var conditions: [[SlotCondition]]
        var isSplunk: Bool
        var eventID: [FieldLocation]
        var channel: [FieldLocation]
        var provider: [FieldLocation]
        var time: [FieldLocation]
    }

    struct SourceGate: Sendable {
        var name: String
        /// Empty where the shape alone decides.
        var channels: [[UInt8]]
        var providers: [[UInt8]]
        var events: [[UInt8]]
        /// Which variants it takes.
        var variants: [Bool]
        var needsService: Bool
    }

    struct DatasetGate: Sendable {
        var name: String
        var sources: [SourceGate]
    }

    struct FieldTable: Sendable {
        /// The dataset the field belongs to; -1 for an event's own field.
        var dataset: DatasetIndex
        /// For an event's own field one list per variant; for a dataset's one per source and variant,
        /// at `source * variantCount + variant`.
        var locations: [[FieldLocation]]
    }

    public let layout: EventLayout
    let variants: [Variant]
    let datasets: [DatasetGate]
    let fields: [FieldTable]
    let tables: ReaderTables
    private let fieldIndex: [Request: Field]
    private let datasetIndex: [String: DatasetIndex]

    /// One field that some plan reads.
    public struct Request: Hashable, Sendable {
        public var view: View
        public var name: String

        public init(view: View, name: String) {
            self.view = view
            self.name = name
        }
    }

    /// Resolves the requests. Slots that only recognition or the time need are added by itself.
    /// - Throws: `SchemaError` when a view names a dataset that the schema does not have.
    public init(schema: Schema, requests: some Sequence<Request>, views: some Sequence<View>) throws(SchemaError) {
        var compiler = LocationCompiler(schema: schema)
        _ = compiler.layout.slot(for: "_raw")
        var variants: [Variant] = []
        for isSplunk in [false, true] {
            for shape in schema.shapes {
                variants.append(Self.variant(shape, isSplunk: isSplunk, &compiler))
            }
        }
        var datasets: [DatasetGate] = []
        var datasetIndex: [String: DatasetIndex] = [:]
        var fields: [FieldTable] = []
        var fieldIndex: [Request: Field] = [:]
        let wanted = Set(views).union(requests.map(\.view))
        for view in wanted.sorted(by: { "\($0)" < "\($1)" }) {
            guard case .dataset(let name) = view else { continue }
            guard let dataset = schema.datasets[name] else {
                throw SchemaError(
                    file: "schema",
                    message: "no mapping for dataset \(name); known: "
                        + schema.datasetNames.joined(separator: ", "))
            }
            datasetIndex[name] = datasets.count
            datasets.append(Self.gate(dataset, schema: schema))
        }
        for request in requests where fieldIndex[request] == nil {
            fieldIndex[request] = fields.count
            fields.append(Self.table(request, schema: schema, datasetIndex: datasetIndex, &compiler))
        }
        self.variants = variants
        self.datasets = datasets
        self.datasetIndex = datasetIndex
        self.fields = fields
        self.fieldIndex = fieldIndex
        for path in schema.tellingPaths { compiler.layout.keepSpaces(inKeyOf: path) }
        layout = compiler.layout
        tables = ReaderTables(variants: variants, datasets: datasets, fields: fields)
    }

    public func field(_ request: Request) -> Field? { fieldIndex[request] }
    public func dataset(_ name: String) -> DatasetIndex? { datasetIndex[name] }
    public var fieldCount: Int { fields.count }
    public var datasetCount: Int { datasets.count }

    /// Whether the field's value, where an event has one, stands in the event's line as it is (but for escapes), so that
    /// a search of the line for parts of it can't miss it.
    public func standsInLine(_ request: Request) -> Bool {
        guard let field = fieldIndex[request] else { return false }
        return fields[field].locations.allSatisfy { candidates in
            candidates.allSatisfy { location in
                switch location.operation {
                case .text, .lastPart, .channelOfSource: true
                case .decimal, .joined, .constant: false
                }
            }
        }
    }

    /// The paths that are read from an event, for people.
    public var pathsRead: [String] { layout.paths.sorted() }

    private static func variant(
        _ shape: Schema.Shape, isSplunk: Bool, _ compiler: inout LocationCompiler
    ) -> Variant {
        let conditions = shape.when.map { alternative in alternative.map { compiler.condition($0) } }
        return Variant(
            name: Text(shape.name), conditions: conditions, isSplunk: isSplunk,
            eventID: compiler.locations(of: "EventID", in: shape, isSplunk: isSplunk),
            channel: compiler.locations(of: "Channel", in: shape, isSplunk: isSplunk),
            provider: compiler.locations(of: "Provider_Name", in: shape, isSplunk: isSplunk),
            time: shape.time.flatMap { compiler.locations(of: $0, in: shape, isSplunk: isSplunk) })
    }

    private static func gate(_ dataset: Schema.Dataset, schema: Schema) -> DatasetGate {
        DatasetGate(
            name: dataset.name,
            sources: dataset.sources.map { source in
                let service = source.service.flatMap { schema.services[$0] }
                let allowed = schema.shapes.map { source.shapes.isEmpty || source.shapes.contains($0.name) }
                return SourceGate(
                    name: source.name, channels: (service?.channels ?? []).map { asciiLowercased(Array($0.utf8)) },
                    providers: (service?.providers ?? []).map { asciiLowercased(Array($0.utf8)) },
                    events: source.events.map { asciiLowercased(Array($0.utf8)) }, variants: allowed + allowed,
                    needsService: source.service != nil)
            })
    }

    private static func table(
        _ request: Request, schema: Schema, datasetIndex: [String: DatasetIndex], _ compiler: inout LocationCompiler
    ) -> FieldTable {
        switch request.view {
        case .events:
            var locations: [[FieldLocation]] = []
            for isSplunk in [false, true] {
                for shape in schema.shapes {
                    locations.append(
                        compiler.locations(of: eventFieldName(request.name), in: shape, isSplunk: isSplunk))
                }
            }
            return FieldTable(dataset: -1, locations: locations)
        case .dataset(let name):
            var locations: [[FieldLocation]] = []
            for source in schema.datasets[name]?.sources ?? [] {
                let derivations =
                    source.fields[request.name]
                    ?? (source.keepsRest ? [Schema.Derivation(operation: .field(request.name))] : [])
                for isSplunk in [false, true] {
                    for shape in schema.shapes {
                        let isPossible = source.shapes.isEmpty || source.shapes.contains(shape.name)
                        locations.append(
                            isPossible ? compiler.locations(of: derivations, in: shape, isSplunk: isSplunk) : [])
                    }
                }
            }
            return FieldTable(dataset: datasetIndex[name] ?? -1, locations: locations)
        }
    }

    /// Splunk's names for what every shape has under a name of its own.
    private static func eventFieldName(_ name: String) -> String {
        name == "EventCode" ? "EventID" : name
    }
}
