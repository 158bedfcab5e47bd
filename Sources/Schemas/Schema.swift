/// What events look like: the shapes they come in, the services they come from, the datasets they belong to.
///
/// It is read from data files (`Resources/`), which a user can write out, change and hand back.
public struct Schema: Sendable {
    /// In order of precedence.
    var shapes: [Shape] = []
    var services: [String: Service] = [:]
    var datasets: [String: Dataset] = [:]

    /// The names of the datasets that events can be mapped to, sorted.
    public var datasetNames: [String] { datasets.keys.sorted() }

    /// The names of the shapes, in order of precedence.
    public var shapeNames: [String] { shapes.map(\.name) }

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
    }

    /// A path that must be there, with one of the texts where there are any.
    struct Condition: Sendable, Hashable {
        var path: String
        var texts: [String]
    }

    struct Service: Sendable {
        var channels: [String]
        var providers: [String]
    }

    struct Dataset: Sendable {
        var name: String
        var sources: [Source]
    }

    /// A kind of event that a dataset takes.
    struct Source: Sendable {
        var name: String
        var service: String?
        var events: [String]
        var shapes: [String]
        var fields: [String: [Derivation]]
        /// Whether every field that `fields` does not name keeps its own name.
        var keepsRest: Bool
    }

    /// One way to get a field's value.
    struct Derivation: Sendable, Hashable {
        enum Operation: Hashable, Sendable {
            case field(String)
            case lastPart(of: String)
            case decimal(String)
            case constant(String)
        }

        var operation: Operation
        var conditions: [Condition] = []
    }
}

/// A schema file that cannot be used.
public struct SchemaError: Error, Sendable, CustomStringConvertible {
    public var file: String
    public var message: String

    public init(file: String, message: String) {
        self.file = file
        self.message = message
    }

    public var description: String { "\(file): \(message)" }
}
