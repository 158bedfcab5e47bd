extension EventTemplate {
    /// Endpoint.Processes.
    static let modelProcess = flat(
        weight: 60,
        fields: #"""
            _time: {created.seconds}
            action: allowed
            dest: {host}
            user: {user.name}
            user_id: {user.sid}
            process: {process.command}
            process_name: {process.name}
            process_exec: {process.name}
            process_path: {process.image}
            process_id: {process.pid}
            process_guid: {process.guid}
            process_hash: {process.hashes}
            process_integrity_level: {integrity}
            process_current_directory: {process.directory}
            original_file_name: {process.original}
            parent_process: {parent.command}
            parent_process_name: {parent.name}
            parent_process_exec: {parent.name}
            parent_process_path: {parent.image}
            parent_process_id: {parent.pid}
            parent_process_guid: {parent.guid}
            vendor_product: Endpoint Sensor
            """#)

    static let dataModel: [EventTemplate] = [
        modelProcess,
        flat(
            weight: 90,
            fields: """
                _time: {created.seconds}
                action: allowed
                app: {process.image}
                src: {host.address}
                src_port: {port}
                dest: {remote}
                dest_port: {remote.port}
                dest_host: {remote.name}
                transport: tcp
                direction: outbound
                bytes_in: {record}
                bytes_out: {thread}
                user: {user.name}
                dvc: {host}
                """),
        flat(
            weight: 40,
            fields: """
                _time: {created.seconds}
                src: {host.address}
                query: {domain}
                record_type: A
                reply_code: NoError
                answer: {domain.results}
                message_type: Response
                vendor_product: Resolver
                """),
        flat(
            weight: 25,
            fields: """
                _time: {created.seconds}
                action: success
                app: win:remote
                src: {remote}
                dest: {host}
                user: {account.name}
                authentication_method: Kerberos
                signature_id: 4624
                """),
        flat(
            weight: 45,
            fields: """
                _time: {created.seconds}
                action: modified
                dest: {host}
                user: {user.name}
                registry_path: {registry}
                registry_value_name: {registry.name}
                registry_value_data: {registry.details}
                registry_hive: HKLM
                status: success
                """),
        flat(
            weight: 30,
            fields: """
                _time: {created.seconds}
                action: created
                dest: {host}
                user: {user.name}
                file_path: {file}
                file_name: {file.name}
                file_create_time: {utc.seconds}
                """),
    ]
}
