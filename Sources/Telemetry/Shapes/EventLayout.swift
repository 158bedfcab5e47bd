/// How a shape writes an event of a template.
struct EventLayout {
    /// The forms that one shape occurs in, by version and configuration of what wrote it.
    static let variants = 2

    var shape: Shape
    /// 0 or 1.
    var variant: Int

    /// The pieces of the line, without its newline.
    func pieces(of template: EventTemplate) -> PieceList {
        guard let header = template.header else { return flat(template) }
        return switch shape {
        case .nxlog: nxlog(template, header, variant: variant)
        case .evtxDump: evtxDump(template, header, variant: variant)
        case .winlogbeat6: winlogbeat6(template, header)
        case .winlogbeat7: winlogbeat7(template, header)
        case .ecs: header.provider == .sysmon ? commonSchema(template, header) : winlogbeat7(template, header)
        case .splunkXML: splunk(template, header, xml(template, header))
        case .splunkJSON:
            splunk(
                template, header,
                variant == 0 ? nxlog(template, header, variant: 0) : evtxDump(template, header, variant: 0))
        case .elastic:
            elastic(variant == 0 ? winlogbeat7(template, header) : nxlog(template, header, variant: 0))
        case .crowdstrike, .cim: flat(template)
        }
    }

    /// The hole whose time is the event's `_time` in this shape, by the order of precedence of time fields.
    func time(of template: EventTemplate) -> Hole? {
        func named(_ name: String) -> Hole? { Hole.named[name] }
        let hasOwnTime = template["UtcTime"] != nil
        switch shape {
        case .splunkXML, .splunkJSON: return named(variant == 0 ? "created.offset" : "created.seconds")
        case .crowdstrike: return named(template["ProcessStartTime"] != nil ? "utc.seconds" : "created.millis")
        case .cim: return named(variant == 0 ? "created.seconds" : "created.iso")
        case .ecs where template.header?.provider == .sysmon: return named("utc.iso")
        case _ where hasOwnTime: return named("utc")
        case .evtxDump: return named("created.micros")
        case .nxlog: return named("received.iso")
        case .elastic: return named(variant == 0 ? "created.iso" : "received.iso")
        case .winlogbeat6, .winlogbeat7, .ecs: return named("created.iso")
        }
    }

    /// The template with the fields that this variant of the shape writes.
    func adapted(_ template: EventTemplate) -> EventTemplate {
        var result = template
        switch (shape, variant) {
        case (.crowdstrike, 1):
            // The raw replicator feed knows sensors and accounts by their identifiers only.
            for name in ["ComputerName", "FileName", "UserName", "LogonDomain", "ParentImageFileName"] {
                result[name] = nil
            }
        case (.cim, 1): result["_time"] = "{created.iso}"
        default: break
        }
        return result
    }

    /// CrowdStrike's and the data model's events: the fields and nothing else.
    private func flat(_ template: EventTemplate) -> PieceList {
        var writer = ObjectWriter()
        for field in adapted(template).fields {
            if shape == .cim, variant == 1 {
                writer.value(field.name, field.value)
            } else {
                writer.string(field.name, field.value)
            }
        }
        return writer.finished()
    }
}

/// A key and its value, for objects whose order of keys is arbitrary.
struct Member {
    var key: String
    var value: TextTemplate
    var isToken = false
}

extension TextTemplate {
    /// Text without holes.
    init(text: String) { self.init(parts: text.isEmpty ? [] : [.text(Array(text.utf8))]) }

    init(_ number: Int) { self.init(text: String(number)) }

    /// The same with line feeds alone at the ends of lines, and without the last ones.
    var withLineFeeds: TextTemplate {
        var result = self
        for (index, part) in parts.enumerated() {
            if case .text(let bytes) = part { result.parts[index] = .text(bytes.filter { $0 != 0x0D }) }
        }
        return result
    }
}
