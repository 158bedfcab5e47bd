public import YAML

extension Detection {
    /// Reads a detection from a document.
    ///
    /// Unknown keys are passed over, known ones of the wrong kind are noted and left empty.
    ///
    /// - Parameter problems: what was noted is added here.
    /// - Throws: `ContentProblem` where `name` or `search` is missing or no text.
    public init(_ document: YAMLNode, file: String, problems: inout [ContentProblem]) throws(ContentProblem) {
        guard let mapping = document.mapping else {
            throw ContentProblem(
                .error, file: file, mark: document.mark, reason: "a detection is a mapping, not \(document.kindName)")
        }
        var reader = DocumentReader(mapping, file: file)
        name = try Self.required("name", in: mapping, of: document, file: file).text
        let searchNode = try Self.required("search", in: mapping, of: document, file: file)
        search = searchNode.text
        searchMark = searchNode.mark
        self.file = file

        let stated = reader.text("id")
        id = stated.isEmpty ? name : stated
        if stated.isEmpty { reader.note("id", "is missing; the name stands in for it") }
        version = reader.integer("version")
        date = reader.text("date")
        author = reader.text("author")
        status = Status(reader.text("status"))
        let typeText = reader.text("type")
        type = DetectionType(typeText)
        if type == nil {
            reader.note("type", typeText.isEmpty ? "is missing: no alerts" : "\(typeText) is not known: no alerts")
        }
        description = reader.text("description")
        howToImplement = reader.text("how_to_implement")
        knownFalsePositives = reader.text("known_false_positives")
        references = reader.texts("references")
        dataSources = reader.texts("data_source")

        var tags = reader.section("tags")
        // The newest documents have what used to be tags at the top level.
        func tagTexts(_ key: String) -> [String] {
            tags.mapping[key] == nil ? reader.texts(key) : tags.texts(key)
        }
        func tagText(_ key: String) -> String {
            tags.mapping[key] == nil ? reader.text(key) : tags.text(key)
        }
        analyticStories = tagTexts("analytic_story")
        assetType = tagText("asset_type")
        techniques = tagTexts("mitre_attack_id")
        cves = tagTexts("cve")
        securityDomain = tagText("security_domain")
        impact = tags.number("impact")
        confidence = tags.number("confidence")

        observables = tags.list("observable") { reader in
            Observable(name: reader.text("name"), type: reader.text("type"), roles: reader.texts("role"))
        }
        tests = reader.list("tests") { Test(&$0) }
        drilldowns = reader.list("drilldown_searches") { Drilldown(&$0) }

        let score = Self.score(stated: tags.number("risk_score"), impact: impact, confidence: confidence)
        if let difference = score.difference { tags.note("risk_score", difference) }
        let risk = RiskSection(&reader, tags: &tags, observables: observables, score: score.value ?? 0)
        message = risk.message
        riskObjects = risk.riskObjects
        threatObjects = risk.threatObjects
        riskScore = score.value ?? riskObjects.map(\.score).max()
        reader.absorb(tags)
        problems += reader.problems
    }

    private static func required(
        _ key: String, in mapping: YAMLMapping, of document: YAMLNode, file: String
    ) throws(ContentProblem) -> (text: String, mark: YAMLMark) {
        guard let node = mapping[key], !node.isNull else {
            throw ContentProblem(
                .error, file: file, mark: document.mark, reason: "the key \(key) is missing; a detection needs it")
        }
        guard let text = node.text else {
            throw ContentProblem(
                .error, file: file, mark: node.mark, reason: "the key \(key) must be text, not \(node.kindName)")
        }
        guard text.utf8.contains(where: { $0 > 0x20 }) else {
            throw ContentProblem(
                .error, file: file, mark: node.mark, reason: "the key \(key) is empty; a detection needs it")
        }
        return (text, node.mark)
    }

    /// The stated score wins; what impact and confidence give may differ from it by rounding only.
    private static func score(
        stated: Double?, impact: Double?, confidence: Double?
    ) -> (value: Double?, difference: String?) {
        guard let impact, let confidence else { return (stated, nil) }
        let computed = impact * confidence / 100
        guard let stated else { return (computed.rounded(), nil) }
        guard (stated - computed).magnitude > 0.5 else { return (stated, nil) }
        return (
            stated,
            "is \(shortest(stated)), but impact \(shortest(impact)) × confidence \(shortest(confidence)) / 100 is "
                + "\(shortest(computed)); the stated score counts"
        )
    }

    private static func shortest(_ number: Double) -> String {
        Int(exactly: number).map { String($0) } ?? String(number)
    }
}

extension Detection.Test {
    fileprivate init(_ reader: inout DocumentReader) {
        self.init(
            name: reader.text("name"),
            data: reader.list("attack_data") { reader in
                DataSet(
                    location: reader.text("data"), source: reader.text("source"),
                    sourcetype: reader.text("sourcetype"))
            })
    }
}

extension Detection.Drilldown {
    fileprivate init(_ reader: inout DocumentReader) {
        self.init(
            name: reader.text("name"), search: reader.text("search"), earliest: reader.text("earliest_offset"),
            latest: reader.text("latest_offset"))
    }
}
