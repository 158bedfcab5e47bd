/// Where a collector has put the fields of a record that is known by its provider's own names.
///
/// A source of a dataset or of a group of events that names such places under `also` takes the records that stand there, too:
/// what its fields and its conditions ask of the record is asked of the places.
struct Places: Sendable, Hashable {
    var name: String
    /// What must hold beside the conditions of the source itself.
    var when: [Schema.Condition]
    /// By the record's own name; of an object, for all that stands in it.
    var paths: [String: [String]]

    /// The paths of a field in order of precedence; `nil` where the collector leaves it what it is. The longest name that the
    /// field's begins with counts.
    func paths(of field: String) -> [String]? {
        if let own = paths[field] { return own }
        var object = Substring(field)
        while let end = object.utf8.lastIndex(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "{") }) {
            object = object[..<end]
            if let moved = paths[String(object)] { return moved.map { $0 + field[end...] } }
        }
        return nil
    }

    /// The same for a condition, which looks at one path.
    func path(of field: String) -> String { paths(of: field)?.first ?? field }
}

extension Schema.Source {
    /// The source, and what it is in each of the places that its records may stand in, too.
    var everywhere: [Schema.Source] { [located] + also.map(moved) }

    /// The same for records whose fields have been put elsewhere.
    private func moved(to places: Places) -> Schema.Source {
        var source = self
        source.name += ", " + places.name
        source.also = []
        source.places = places
        source.when = when.compactMap { alternative in
            let conditions = alternative.map { Schema.Condition(path: source.path(of: $0.path), texts: $0.texts) }
            // What asks for nothing that is moved has taken all of its events already.
            return conditions == alternative ? nil : places.when + conditions
        }
        source.fields = fields.mapValues { $0.locating(source.ownField, path: source.path) }
        return source
    }

    private func path(of field: String) -> String { movedPaths(of: field)?.first ?? field }

    /// Where the places say that a field is, by its name or, where collectors leave an object out, by its name in the object.
    func movedPaths(of field: String) -> [String]? {
        guard let places else { return nil }
        if let paths = places.paths(of: field) { return paths }
        for object in outside {
            if let paths = places.paths(of: object + "." + field) { return paths }
        }
        return nil
    }
}

extension Schema {
    /// Reads `places`: by name, the record's fields and where they stand instead, a path or a list of them. `inside` names objects and
    /// the fields that stand in them under their own names.
    mutating func readPlaces(_ root: SchemaNode) throws(SchemaError) {
        for (name, node) in try root["places"]?.members() ?? [] {
            try node.allow(["when", "inside", "fields"])
            var places = Places(
                name: name, when: try node["when"].map(DerivationReader.conditions) ?? [], paths: [:])
            for (object, fields) in try node["inside"]?.members() ?? [] {
                for field in try fields.texts() { places.paths[field] = [object + "." + field] }
            }
            for (field, paths) in try node["fields"]?.members() ?? [] {
                places.paths[field] = paths.isSequence ? try paths.texts() : [try paths.text()]
            }
            self.places[name] = places
        }
    }

    /// The places that a source names under `also`.
    func places(_ node: SchemaNode) throws(SchemaError) -> [Places] {
        try node.texts().map { name throws(SchemaError) in
            guard let places = places[name] else {
                throw node.error("places \(name) are not defined; define them under `places` in a file read before")
            }
            return places
        }
    }
}
