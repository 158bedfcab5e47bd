/// What varies from event to event; every event is drawn as one word for each slot.
///
/// Slots that name a member of the population hold its index, the others a number, an identity (64 random bits that belong
/// to a process or a session) or a time in microseconds since 1970 UTC.
enum Slot: Int, CaseIterable {
    // Indices into the population.
    case host, user, account, process, command, parent, parentCommand, target, library, registry, file, domain, trace
    case script, runspace, remote, object, service, integrity, access
    // Numbers.
    case processNumber, parentNumber, targetNumber, agentNumber, thread, record, port, remotePort, handle, logon
    // Identities.
    case processIdentity, parentIdentity, targetIdentity, logonIdentity, nonce, digest
    // Times.
    case happened, created, received
}

/// A property of the population's members, as text.
enum Column: Int, CaseIterable {
    case hostName, hostShort, hostAccount, hostAddress, hostAgent
    case userQualified, userName, userDomain, userSID
    case image, deviceImage, deviceImageLowered, program, original, description, product, company, version, hashes
    case sha256, md5, directory
    case command
    case libraryPath, libraryOriginal, libraryDescription, libraryCompany, libraryHashes, librarySigned
    case registryObject, registryValueName, registryDetails
    case filePath, fileName
    case domainName, domainResults
    case trace
    case scriptText, scriptPath
    case runspaceApplication, runspaceInvocation, runspaceVersion
    case remoteAddress, remoteName
    case objectType, objectName, objectAccesses, objectMask, objectServer
    case serviceName, serviceState, serviceImage
    case integrityName, integrityLabel
    case accessMask
}

/// How the word of a slot becomes text.
enum Form: UInt8 {
    /// The text of a population's member; its column says which.
    case cell
    /// 1234
    case decimal
    /// 0x4d2
    case hexadecimal
    /// {00000000-0000-0000-0000-000000000000}, from an identity and the host.
    case guid
    /// The same without braces.
    case bareGUID
    /// An identity as the decimal number by which CrowdStrike names a process.
    case falconNumber
    /// 16 upper case hexadecimal digits.
    case digits
    /// 2025-03-10 07:08:09.123
    case spacedMilliseconds
    /// 2025-03-10 07:08:09, five hours behind UTC: local time without a zone.
    case localSeconds
    /// 2025-03-10T07:08:09.123Z
    case isoMilliseconds
    /// 2025-03-10T07:08:09.123456Z
    case isoMicroseconds
    /// 2025-03-10T07:08:09.123456000Z
    case isoNanoseconds
    /// 2025-03-10T07:08:09.123+00:00
    case isoOffset
    /// 1741590489123
    case epochMilliseconds
    /// 1741590489.123
    case epochSeconds
}

/// A place in a template that is filled in for every event.
struct Hole: Hashable {
    var form: Form
    var slot: Slot
    var column: Column?

    /// Whether what stands here is a bare decimal number.
    var isNumber: Bool { form == .decimal || form == .epochMilliseconds || form == .epochSeconds }

    static func cell(_ slot: Slot, _ column: Column) -> Hole { Hole(form: .cell, slot: slot, column: column) }

    /// The names by which templates refer to holes.
    static let named: [String: Hole] = {
        var names: [String: Hole] = [
            "host": cell(.host, .hostName), "host.short": cell(.host, .hostShort),
            "host.account": cell(.host, .hostAccount), "host.address": cell(.host, .hostAddress),
            "host.agent": cell(.host, .hostAgent),
            "integrity": cell(.integrity, .integrityName), "integrity.label": cell(.integrity, .integrityLabel),
            "library": cell(.library, .libraryPath), "library.original": cell(.library, .libraryOriginal),
            "library.description": cell(.library, .libraryDescription),
            "library.company": cell(.library, .libraryCompany), "library.hashes": cell(.library, .libraryHashes),
            "library.signed": cell(.library, .librarySigned),
            "registry": cell(.registry, .registryObject), "registry.name": cell(.registry, .registryValueName),
            "registry.details": cell(.registry, .registryDetails),
            "file": cell(.file, .filePath), "file.name": cell(.file, .fileName),
            "domain": cell(.domain, .domainName), "domain.results": cell(.domain, .domainResults),
            "trace": cell(.trace, .trace), "access": cell(.access, .accessMask),
            "script": cell(.script, .scriptText), "script.path": cell(.script, .scriptPath),
            "runspace.application": cell(.runspace, .runspaceApplication),
            "runspace.invocation": cell(.runspace, .runspaceInvocation),
            "runspace.version": cell(.runspace, .runspaceVersion),
            "remote": cell(.remote, .remoteAddress), "remote.name": cell(.remote, .remoteName),
            "object.type": cell(.object, .objectType), "object": cell(.object, .objectName),
            "object.accesses": cell(.object, .objectAccesses), "object.mask": cell(.object, .objectMask),
            "object.server": cell(.object, .objectServer),
            "service": cell(.service, .serviceName), "service.state": cell(.service, .serviceState),
            "service.image": cell(.service, .serviceImage),
            "agent.pid": Hole(form: .decimal, slot: .agentNumber), "thread": Hole(form: .decimal, slot: .thread),
            "record": Hole(form: .decimal, slot: .record), "port": Hole(form: .decimal, slot: .port),
            "remote.port": Hole(form: .decimal, slot: .remotePort), "handle": Hole(form: .hexadecimal, slot: .handle),
            "logon": Hole(form: .hexadecimal, slot: .logon), "logon.guid": Hole(form: .guid, slot: .logonIdentity),
            "logon.number": Hole(form: .decimal, slot: .logon),
            "nonce": Hole(form: .digits, slot: .nonce), "nonce.guid": Hole(form: .bareGUID, slot: .nonce),
            "nonce.number": Hole(form: .falconNumber, slot: .nonce), "digest": Hole(form: .digits, slot: .digest),
            "utc": Hole(form: .spacedMilliseconds, slot: .happened),
            "utc.iso": Hole(form: .isoMilliseconds, slot: .happened),
            "utc.millis": Hole(form: .epochMilliseconds, slot: .happened),
            "utc.seconds": Hole(form: .epochSeconds, slot: .happened),
            "created.iso": Hole(form: .isoMilliseconds, slot: .created),
            "created.micros": Hole(form: .isoMicroseconds, slot: .created),
            "created.nanos": Hole(form: .isoNanoseconds, slot: .created),
            "created.offset": Hole(form: .isoOffset, slot: .created),
            "created.millis": Hole(form: .epochMilliseconds, slot: .created),
            "created.seconds": Hole(form: .epochSeconds, slot: .created),
            "created.local": Hole(form: .localSeconds, slot: .created),
            "received.iso": Hole(form: .isoMilliseconds, slot: .received),
            "received.local": Hole(form: .localSeconds, slot: .received),
            "received.seconds": Hole(form: .epochSeconds, slot: .received),
        ]
        for (name, slot) in [("user", Slot.user), ("account", .account)] {
            names[name] = cell(slot, .userQualified)
            names[name + ".name"] = cell(slot, .userName)
            names[name + ".domain"] = cell(slot, .userDomain)
            names[name + ".sid"] = cell(slot, .userSID)
        }
        let roles: [(String, Slot, Slot, Slot)] = [
            ("process", .process, .processNumber, .processIdentity),
            ("parent", .parent, .parentNumber, .parentIdentity),
            ("target", .target, .targetNumber, .targetIdentity),
        ]
        let properties: [(String, Column)] = [
            ("image", .image), ("device", .deviceImage), ("lowered", .deviceImageLowered), ("name", .program),
            ("original", .original), ("description", .description), ("product", .product), ("company", .company),
            ("version", .version), ("hashes", .hashes), ("sha256", .sha256), ("md5", .md5), ("directory", .directory),
        ]
        for (role, index, number, identity) in roles {
            for (property, column) in properties { names["\(role).\(property)"] = cell(index, column) }
            names[role + ".pid"] = Hole(form: .decimal, slot: number)
            names[role + ".pid.hex"] = Hole(form: .hexadecimal, slot: number)
            names[role + ".guid"] = Hole(form: .guid, slot: identity)
            names[role + ".falcon"] = Hole(form: .falconNumber, slot: identity)
        }
        names["process.command"] = cell(.command, .command)
        names["parent.command"] = cell(.parentCommand, .command)
        return names
    }()
}
