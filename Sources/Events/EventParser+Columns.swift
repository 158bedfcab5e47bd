// Columns of tables that know no objects: what is nested stands in them as JSON in a text.
//
//     {"Type":"SigninLogs","DeviceDetail":"{\"deviceId\":\"\",\"isCompliant\":false}"}
//
// has a field DeviceDetail.isCompliant, as if the object stood there itself.
extension EventLayout {
    /// A key at the top whose text may be JSON: an object, or a list of objects.
    struct Column {
        var key: String
        /// The key by which searches and rules know it.
        var name: String

        /// Whether the column has another name than what it holds, which then counts where it is no text, too.
        var isMoved: Bool { key != name }
    }

    static let columns: [Column] =
        (unionColumns + activityColumns + otherColumns).map { Column(key: $0, name: $0) }
        // Log Analytics keeps a column twice, by its types, where tables that are joined have it as text and as an object.
        + unionColumns.flatMap { name in ["_dynamic", "_string"].map { Column(key: name + $0, name: name) } }
        // Azure's activity log has its columns as objects beside their texts.
        + activityColumns.map { Column(key: $0 + "_d", name: $0) }
        // Its tables of others' records say behind a name that it is of a text.
        + [Column(key: "target_s", name: "target")]

    /// Of the tables of sign-ins, in which some are objects and others texts.
    private static let unionColumns = [
        "DeviceDetail", "LocationDetails", "Status", "AuthenticationDetails", "AuthenticationProcessingDetails",
        "AuthenticationRequirementPolicies", "ConditionalAccessPolicies", "NetworkLocationDetails", "MfaDetail",
        "SessionLifetimePolicies", "TokenProtectionStatusDetails", "AppliedEventListeners",
    ]

    private static let activityColumns = ["Properties", "Authorization", "Claims"]

    private static let otherColumns = [
        // Azure: the directory's log of changes, risks, the activity log; what Graph calls them.
        "TargetResources", "InitiatedBy", "AdditionalDetails", "AdditionalInfo", "HTTPRequest", "properties",
        "targetResources", "initiatedBy", "additionalDetails", "deviceDetail", "appliedConditionalAccessPolicies",
        // Microsoft 365's log, and Defender's tables.
        "Parameters", "ExtendedProperties", "ModifiedProperties", "OperationProperties", "DeviceProperties", "Actor",
        "Target", "AffectedItems", "Folder", "Item", "AppAccessContext", "AdditionalFields",
        // CloudTrail: in Log Analytics, and by its own names in what knows columns only.
        "RequestParameters", "ResponseElements", "AdditionalEventData", "ServiceEventDetails", "Resources",
        "TlsDetails",
        "requestParameters", "responseElements", "additionalEventData", "serviceEventDetails", "resources",
        "tlsDetails",
        "userIdentity", "requestparameters", "responseelements", "additionaleventdata",
        // Google's and Kubernetes' audit logs.
        "protoPayload", "AuthenticationInfo", "AuthorizationInfo", "RequestMetadata", "Request", "Response",
        "ObjectRef",
        "User", "ResponseStatus", "RequestObject", "ResponseObject", "Annotations", "objectRef", "requestObject",
        "responseObject", "responseStatus",
        // Okta's log and OpenCanary's.
        "actor", "target", "outcome", "debugContext", "securityContext", "authenticationContext", "logdata",
    ]
}

extension EventParser {
    /// Reads the JSON in the columns of the event at hand. What stands in the event itself counts before it; what can't be read
    /// is missing.
    @inline(never)
    func openColumns() {
        if !columnText.isEmpty { columnText.removeAll(keepingCapacity: true) }
        if let columnsAtHand {
            for column in columnsAtHand { open(tables.columns[column]) }
        } else {
            for column in tables.columns where values[column.slot].stamp == stamp { open(column) }
        }
    }

    private func open(_ column: EventTables.Column) {
        let value = values[column.slot]
        guard value.stamp == stamp else { return }
        switch value.base {
        case .line: open(column, value, in: line)
        case .innerJSON: inner.withUnsafeBytes { open(column, value, in: $0) }
        case .innerXML, .column: return
        }
    }

    private func open(_ column: EventTables.Column, _ value: EventValue, in whole: UnsafeRawBufferPointer) {
        guard let text = json(in: value, of: whole, isMoved: column.isMoved) else { return }
        let start = columnText.count
        columnText += column.opening
        if value.isEncoded { JSONText.decode(text, into: &columnText) } else { columnText += text }
        // One that is cut off, or that something else follows, would end elsewhere than it says.
        guard isWholeContainer(from: start + column.opening.count) else {
            columnText.removeSubrange(start...)
            return
        }
        columnText.append(UInt8(ascii: "}"))
        template = nil
        base = .column
        isAppending = 0
        columnText.withUnsafeBytes { walk($0, behind: start) }
    }

    /// Whether what the column text has from a place on is one object or array, and nothing behind it.
    private func isWholeContainer(from start: Int) -> Bool {
        columnText.withUnsafeBytes { bytes in
            let text = UnsafeRawBufferPointer(rebasing: bytes[start...])
            let begin = text.firstIndex { !isJSONSpace($0) } ?? text.count
            guard let length = JSONText.container(UnsafeRawBufferPointer(rebasing: text[begin...])) else {
                return false
            }
            return text[(begin + length)...].allSatisfy(isJSONSpace)
        }
    }

    /// What a column holds, as it is written, where that may be JSON with something in it.
    private func json(
        in value: EventValue, of whole: UnsafeRawBufferPointer, isMoved: Bool
    ) -> UnsafeRawBufferPointer? {
        switch value.kind {
        case .string:
            let text = whole[Int(value.start)..<Int(value.start + value.length)]
            return beginsObject(text) || beginsList(text) ? UnsafeRawBufferPointer(rebasing: text) : nil
        case .object, .array:
            guard isMoved else { return nil }
            let rest = UnsafeRawBufferPointer(rebasing: whole[Int(value.start)...])
            return UnsafeRawBufferPointer(rebasing: rest[..<JSONText.lengthOfContainer(rest)])
        case .number, .trueLiteral, .falseLiteral, .null: return nil
        }
    }

    /// Whether a text begins with the brackets of a list and of an object in it.
    private func beginsList(_ text: Slice<UnsafeRawBufferPointer>) -> Bool {
        let bracket = withoutSpace(text)
        return bracket.first == UInt8(ascii: "[") && beginsObject(bracket.dropFirst())
    }
}
