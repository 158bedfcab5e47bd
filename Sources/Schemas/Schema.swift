/// What events look like: the shapes they come in, the services they come from, the datasets they belong to.
///
/// It is read from data files (`Resources/`), which a user can write out, change and hand back.
public struct Schema: Sendable {
    /// In order of precedence.
    var shapes: [Shape] = [] {
        didSet { preparedShapes = nil }
    }
    /// What field maps begin with, where it was made before.
    private(set) var preparedShapes: PreparedShapes?
    /// Where events tell when they happened, by the name under which shapes have it together.
    var times: [String: Times] = [:]
    var services: [String: Service] = [:]
    /// Tables that derivations look values up in, by name.
    var tables: [String: [Derivation.Pair]] = [:]
    /// Where collectors put the fields of records, by name.
    var places: [String: Places] = [:]
    var datasets: [String: Dataset] = [:]
    /// What add-ons make of an event's own fields, in order of precedence.
    var eventGroups: [EventGroup] = []
    /// What rules may ask for, by name.
    var logsources: [String: Logsource] = [:]
    /// The channel of events that name their provider only, by provider.
    var impliedChannels: [Derivation.Pair] = []

    /// Where rules of any logsource find fields that it does not say otherwise of, in events of some shapes.
    var ruleFieldsOfShapes: [RuleFieldsOfShapes] = []

    /// Makes what every field map begins with, so that none has to.
    mutating func prepareShapes() { preparedShapes = PreparedShapes(shapes) }

    /// The names of the datasets that events can be mapped to, sorted.
    public var datasetNames: [String] { datasets.keys.sorted() }

    /// Whether there is a field mapping for a dataset.
    public func hasDataset(_ name: String) -> Bool { datasets[name] != nil }

    /// For whoever asked for a dataset that there is not: those of the same model, or where there are none, the models.
    public func knownDatasets(besides name: String) -> String {
        func model(_ name: String) -> String { String(name.prefix { $0 != "." }) }
        let ofModel = datasetNames.filter { model($0) == model(name) }
        return (ofModel.isEmpty ? Set(datasetNames.map(model)).sorted() : ofModel).joined(separator: ", ")
    }

    /// Where an event tells when it happened.
    struct Times: Sendable {
        /// In order of precedence.
        var fields: [String]
        /// What holds the time where none of these does.
        var derivation: Derivation?
    }

    /// How an event is recognised, and where it keeps its fields.
    struct Shape: Sendable {
        var name: String
        /// Alternatives; in each, all conditions must hold.
        var when: [[Condition]]
        /// Path templates in which `$` stands for the field's name; `alias` for its alias.
        var templates: [String]
        var names: [String: [String]]
        var aliases: [String: String]
        /// The fields that hold the time, in order of precedence.
        var time: [String]
        /// What holds it where none of these does.
        var timeIn: Derivation?
        /// Whether a time with slashes has the month before the day.
        var readsMonthFirst = false
        /// The objects that hold the event's data; none where the data stand at the top beside the header.
        var dataObjects: [Derivation.DataElement: String]
        /// Names at the top that are the header's, where the data stand beside them.
        var headerNames: [String]
        /// The objects whose texts are escaped once more: see ``EscapedText``.
        var escapedObjects: [String]
        /// Where rules find the fields that they name.
        var rules: RuleFields
        /// The paths of the host's name, in order of precedence.
        var hosts: [String]

        /// Whether all fields of its events stand where those of another shape's do; that is not how either is recognised,
        /// nor when their events happened.
        func hasFields(asIn other: Shape) -> Bool {
            templates == other.templates && dataObjects == other.dataObjects && headerNames == other.headerNames
                && escapedObjects == other.escapedObjects
                && hosts == other.hosts && aliases == other.aliases && names == other.names && rules == other.rules
        }
    }

    /// A path that must be there, with one of the texts where there are any.
    struct Condition: Sendable, Hashable {
        var path: String
        /// Compared without regard to case; `*` in one stands for any text.
        var texts: [String]
    }

    struct Service: Sendable {
        var channels: [String]
        var providers: [String]
    }

    struct Dataset: Sendable {
        var name: String
        /// The dataset of which this one holds some events.
        var parent: String?
        var sources: [Source]
        /// The fields that the data model gives the dataset, whether a source fills them or not.
        var modelFields: Set<String> = []
        /// What the dataset's fields must hold, for a child of another dataset.
        var constraints: [Condition] = []
    }

    /// A kind of event that a dataset takes.
    struct Source: Sendable {
        var name: String
        var service: String?
        var events: [String]
        var shapes: [String]
        /// Alternatives over the event's own fields; one of them must hold, where there are any.
        var when: [[Condition]]
        var fields: [String: Derivation]
        /// Whether every field that `fields` does not name keeps its own name.
        var keepsRest: Bool
        /// The channels of which the header must name one; any will do where there are none.
        var channels: [String] = []
        /// What fields must hold where the event has them.
        var values: [Condition] = []
        /// Objects in which the fields that rules name stand, in order of precedence; then they stand where they always do.
        var inside: [String] = []
        /// Objects out of which the event's fields may have been taken: one that is named in them may stand at the top.
        var outside: [String] = []
        /// Other places in which collectors keep the records of this source.
        var also: [Places] = []
        /// Where this source's records stand, where that is not where their provider writes them.
        var places: Places?

        /// What the event itself has under a name.
        func ownField(_ name: String) -> Derivation {
            if let paths = movedPaths(of: name) { return .first(([name] + paths).map { .field($0) }) }
            if places != nil { return .field(name) }
            let outer = outside.filter { name.hasPrefix($0 + ".") }.map { String(name.dropFirst($0.count + 1)) }
            return outer.isEmpty ? .field(name) : .first(([name] + outer).map { .field($0) })
        }

        /// The same with every field looked for in all places that it may stand in.
        var located: Source {
            guard !outside.isEmpty else { return self }
            var source = self
            source.fields = fields.mapValues { $0.locating(ownField, path: { $0 }) }
            return source
        }

        /// Specific ones come first: those of a service, those of a shape or with a condition, those of all events.
        var rank: Int {
            if service != nil { return 0 }
            return events.isEmpty && shapes.isEmpty && when.isEmpty ? 2 : 1
        }
    }

    /// The fields that an add-on gives the events of one origin, beside their own.
    struct EventGroup: Sendable {
        var name: String
        /// The group whose common fields it takes over.
        var parent: String?
        var common: [String: Derivation]
        var sources: [Source]
    }

    /// The sources of the events' own view: for each kind of event the fields that it has beside its own.
    var eventSources: [Source] {
        let byName = Dictionary(eventGroups.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        var found: [Source] = []
        for group in eventGroups {
            var inherited: [[String: Derivation]] = []
            var next: EventGroup? = group
            while let current = next, inherited.count <= eventGroups.count {
                inherited.append(current.common)
                next = current.parent.flatMap { byName[$0] }
            }
            for var source in group.sources {
                for common in inherited { source.fields.merge(common) { own, _ in own } }
                found += source.everywhere
            }
        }
        return (0...2).flatMap { rank in found.filter { $0.rank == rank } }
    }

    /// The fields that a dataset's sources give it, sorted; none for a dataset that is not known.
    public func fieldNames(ofDataset dataset: String) -> [String] {
        Set(datasets[dataset]?.sources.flatMap(\.fields.keys) ?? []).sorted()
    }

    /// The fields of a dataset that neither its data model nor a mapping has: surely written wrong.
    ///
    /// - Parameter dataset: `Model.Dataset`; one that is not known has no unknown fields.
    public func unknownFields(of dataset: String, among names: some Sequence<String>) -> [String] {
        guard let known = datasets[dataset], !known.modelFields.isEmpty else { return [] }
        return names.filter { name in
            !known.modelFields.contains(name) && !Schema.fieldsOfEveryDataset.contains(name)
                && !known.sources.contains { $0.fields[name] != nil }
        }
    }

    /// What a data model has in every dataset, after Splunk's manual for the Common Information Model.
    static let fieldsOfEveryDataset: Set<String> = [
        "_time", "_raw", "host", "source", "sourcetype", "index", "tag", "eventtype", "splunk_server", "linecount",
    ]
}

/// A schema file that cannot be used.
public struct SchemaError: Error, Sendable, CustomStringConvertible {
    /// The file or folder, with line and column where they are known.
    public var file: String
    /// What is wrong, as a clause without a full stop.
    public var message: String

    /// - Parameter file: as named by the user; `schema` where no file is to blame.
    public init(file: String, message: String) {
        self.file = file
        self.message = message
    }

    /// `file: message`.
    public var description: String { "\(file): \(message)" }
}
