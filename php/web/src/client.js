/* The client's page. Markup stands in the Smarty templates, whose `kvm-` attributes Alpine reads. */

import './client.css';
import { start } from './kit/start.js';
import { machine } from './machine.js';

start(machine);
