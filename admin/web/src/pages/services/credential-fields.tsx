import { Alert, Button, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { IconCheck, IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Schemas } from '../../api/client'
import { FileField, FileTextarea, MAX_CREDENTIAL_BYTES } from '../../components/file-field'
import { PasswordField } from '../../components/password-field'
import { CertificateFacts } from './certificate-facts'
import { base64Of, type ServiceValues } from './service-values'

interface CredentialFieldsProps {
  form: UseFormReturnType<ServiceValues>
  /** The service as it is; absent: it is a new one. */
  service: Schemas['Service'] | undefined
  inspection: Schemas['ServiceInspection'] | undefined
  /** What is wrong with a field. */
  faultOf: (field: string) => ReactNode
}

/** The credential of a service, in one of three forms; of a stored one what may be known of it. */
export function CredentialFields(props: CredentialFieldsProps) {
  const { form, service, inspection, faultOf } = props
  const { kind } = form.values
  const certificate = inspection?.certificate
  const isAtFault = ['certificate', 'privateKey', 'passphrase', 'topic', 'hostname'].some(faultOf)
  if (kind === 'stored' && service !== undefined)
    return (
      <Stack gap="sm" align="flex-start">
        <Stored service={service} />
        {faultOf('certificate') && (
          <Alert color="red" w="100%">
            {faultOf('certificate')}
          </Alert>
        )}
        <Button variant="default" onClick={() => form.setFieldValue('kind', service.authentication)}>
          Replace the credential
        </Button>
      </Stack>
    )
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label="Kind of credential"
        data={[
          { value: 'key', label: 'Key (.p8)' },
          { value: 'certificate', label: 'PEM files' },
          { value: 'p12', label: '.p12 file' },
        ]}
        value={kind}
        onChange={(value) => form.setFieldValue('kind', value as ServiceValues['kind'])}
      />
      {kind === 'key' && <KeyFields {...props} />}
      {kind === 'certificate' && <PemFields {...props} />}
      {kind === 'p12' && <P12Fields {...props} />}
      {inspection?.isKeyValid && kind === 'key' && (
        <Found title="This is a key that can sign for Apple">
          Whether Apple knows it by this key id and team id shows when the connection is checked.
        </Found>
      )}
      {certificate && kind !== 'key' && (
        <Found title="The certificate could be read" isGood={!isAtFault}>
          <CertificateFacts facts={certificate} />
          {form.values.topic === '' && certificate.topics[0] !== undefined && (
            <Button
              mt="xs"
              size="xs"
              variant="default"
              onClick={() => form.setFieldValue('topic', certificate.topics[0] ?? '')}
            >
              Use {certificate.topics[0]} as the topic
            </Button>
          )}
        </Found>
      )}
      {service !== undefined && (
        <Group>
          <Button variant="default" onClick={() => form.setFieldValue('kind', 'stored')}>
            Keep the stored credential
          </Button>
        </Group>
      )}
    </Stack>
  )
}

/** `isGood`: nothing is wrong with it; what is, stands at the fields. */
function Found({ title, isGood = true, children }: { title: string; isGood?: boolean; children: ReactNode }) {
  return (
    <Alert
      color={isGood ? 'green' : 'gray'}
      title={title}
      icon={isGood ? <IconCheck aria-hidden /> : <IconInfoCircle aria-hidden />}
      role="status"
    >
      {children}
    </Alert>
  )
}

function Stored({
  service: { authentication, keyId, teamId, certificateInfo },
}: {
  service: Schemas['Service']
}) {
  if (authentication === 'key')
    return (
      <Text size="sm">
        A key with the key id <b className="mono">{keyId}</b> of the team <b className="mono">{teamId}</b> is
        stored. It is not shown.
      </Text>
    )
  return (
    <div>
      <Text size="sm">A certificate with its private key is stored. The private key is not shown.</Text>
      {certificateInfo && <CertificateFacts facts={certificateInfo} />}
    </div>
  )
}

function KeyFields({ form, faultOf }: CredentialFieldsProps) {
  return (
    <>
      <Text size="sm" c="dimmed">
        A key never expires and is for all apps of a team. Apple gives it once, at developer.apple.com under
        Certificates, Identifiers &amp; Profiles, Keys.
      </Text>
      <FileTextarea
        label="Key"
        description="The text of the file AuthKey_….p8. Paste it, or drop the file: the key id is taken from its name."
        required
        accept=".p8"
        placeholder="-----BEGIN PRIVATE KEY-----"
        value={form.values.p8}
        error={faultOf('p8')}
        onChange={(text) => form.setFieldValue('p8', text)}
        onFileName={(name) => {
          const keyId = /AuthKey_([A-Z0-9]{10})\.p8$/i.exec(name)?.[1]
          if (keyId !== undefined) form.setFieldValue('keyId', keyId.toUpperCase())
        }}
      />
      <TextInput
        label="Key id"
        description="Ten capital letters and digits; they stand in the name of the file and beside the key at Apple’s."
        required
        maxLength={10}
        {...form.getInputProps('keyId')}
        error={faultOf('keyId')}
      />
      <TextInput
        label="Team id"
        description="Ten capital letters and digits; they stand under Membership details at Apple’s."
        required
        maxLength={10}
        {...form.getInputProps('teamId')}
        error={faultOf('teamId')}
      />
    </>
  )
}

function PemFields({ form, faultOf }: CredentialFieldsProps) {
  return (
    <>
      <FileTextarea
        label="Certificate"
        description="The text of the .pem file, or the .cer file as Apple gives it. Apple’s certificates are for one app, and for a year."
        required
        accept=".pem,.cer,.crt"
        placeholder="-----BEGIN CERTIFICATE-----"
        derLabel="CERTIFICATE"
        value={form.values.certificate}
        error={faultOf('certificate')}
        onChange={(text) => form.setFieldValue('certificate', text)}
      />
      <FileTextarea
        label="Private key"
        description="The key that the certificate was requested with, in PEM form. Empty when it stands in the certificate’s file."
        accept=".pem,.key"
        placeholder="-----BEGIN PRIVATE KEY-----"
        value={form.values.privateKey}
        error={faultOf('privateKey')}
        onChange={(text) => form.setFieldValue('privateKey', text)}
      />
      <Passphrase
        form={form}
        error={faultOf('passphrase')}
        description="Of the private key, if it is encrypted."
      />
    </>
  )
}

function P12Fields({ form, faultOf }: CredentialFieldsProps) {
  return (
    <>
      <FileField
        label="File"
        description="A .p12 file with certificate and private key, as the app Keychain Access exports it."
        required
        accept=".p12,.pfx"
        maxBytes={MAX_CREDENTIAL_BYTES}
        file={form.values.p12}
        error={faultOf('p12') ?? faultOf('certificate') ?? faultOf('privateKey')}
        onFile={async (p12) => {
          const p12Text = p12 === null ? '' : await base64Of(p12)
          form.setValues({ p12, p12Text })
          form.clearFieldError('p12')
        }}
      />
      <Passphrase
        form={form}
        error={faultOf('passphrase')}
        description="The one that was given when the file was exported."
      />
    </>
  )
}

function Passphrase({
  form,
  error,
  description,
}: Pick<CredentialFieldsProps, 'form'> & { error: ReactNode; description: string }) {
  return (
    <PasswordField
      label="Passphrase"
      description={description}
      autoComplete="off"
      visibilityToggleButtonProps={{ 'aria-label': 'Show the passphrase' }}
      {...form.getInputProps('passphrase')}
      error={error}
    />
  )
}
